import type { SeatReply, SeatRequest } from "../wire.ts";
import type { Peer, Servers } from "./peer.ts";
import { RedisSeats } from "./redis-seats.ts";

/** P3: one script that checks and sets all seats; Redis alone, and for the requests of a message one call over arrays. */
export async function luaScript({ redisPort, pool }: Servers): Promise<Peer> {
  const redis = await RedisSeats.connect(redisPort, pool);

  async function handle(event: string, request: SeatRequest): Promise<SeatReply> {
    const { id, type } = request;
    if (type === "lock") return { id, outcome: (await redis.takeAll(event, request)) ? "LOCKED" : "REFUSED" };
    await redis.giveBack(event, request);
    return { id, outcome: "RELEASED" };
  }

  return {
    // A seat is free where it has no key.
    async open() {},
    handle,
    async handleAll(event, requests) {
      if (requests.some(({ type }) => type !== "lock")) {
        return Promise.all(requests.map((request) => handle(event, request)));
      }
      const free = await redis.takeAllOf(event, requests);
      return requests.map(({ id }, at) => ({ id, outcome: free[at] ? "LOCKED" : "REFUSED" }));
    },
    taken: (event) => redis.taken(event),
    end: () => redis.clear(),
    async close() {
      redis.close();
    },
  };
}
