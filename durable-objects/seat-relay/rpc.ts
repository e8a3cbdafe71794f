/** The methods of a relay of a map's watchers. */
export interface SeatRelayRpc {
  /** What is new in its map, `TFD1` or `TFS1`; resolves with how many watchers it has, once they were sent it. */
  deliver(bytes: Uint8Array): Promise<number>;
}
