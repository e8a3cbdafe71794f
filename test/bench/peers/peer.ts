import type { SeatReply, SeatRequest } from "../wire.ts";

/** A design that locks seats otherwise. */
export interface Peer {
  /** Makes the event's seats, all free. */
  open(event: string, seats: number): Promise<void>;
  handle(event: string, request: SeatRequest): Promise<SeatReply>;
  /** Requests of one message. */
  handleAll(event: string, requests: SeatRequest[]): Promise<SeatReply[]>;
  /** Which seats are taken. @throws Error where its stores disagree */
  taken(event: string): Promise<string[]>;
  /** Removes the event. */
  end(event: string): Promise<void>;
  close(): Promise<void>;
}

/** Where the servers are, and how many connections a peer has to each of them. */
export interface Servers {
  redisPort: number;
  postgresUrl: string;
  pool: number;
}

/** Several of a message at once, each on its own. */
export function eachAlone(peer: Pick<Peer, "handle">): Peer["handleAll"] {
  return (event, requests) => Promise.all(requests.map((request) => peer.handle(event, request)));
}
