/** What another part of the service may ask of its sweeper. */
export interface SweeperRpc {
  /** Sweeps now if it is not sweeping, and sees to it that the next sweep is planned. */
  poke(): Promise<void>;
}
