import { LOCK_TTL_MS, type SeatReply, type SeatRequest } from "../wire.ts";
import type { Peer, Servers } from "./peer.ts";
import { Redis } from "./redis.ts";

/**
 * Checks and sets the seats of each request, all or none. An event is a hash of its seats, whose values say until when and
 * for whom: two commands a request, where a key with a lifetime for each seat takes one a seat, and a third more of the
 * server's time. KEYS: the hash, then the seats; ARGV: the lifetime, then the buyer and the number of seats of each request.
 */
const LOCK = `local call, answers, first = redis.call, {}, 1
local now = call('TIME')[1] * 1000
local till = string.format('%d:', now + ARGV[1])
for request = 1, (#ARGV - 1) / 2 do
  local seats = ARGV[2 * request + 1]
  local value = till .. ARGV[2 * request]
  local held = call('HMGET', KEYS[1], unpack(KEYS, first + 1, first + seats))
  local free = 1
  for i = 1, seats do
    if held[i] and tonumber(string.match(held[i], '^%d+')) > now then free = 0 end
  end
  if free == 1 then
    local set = {}
    for i = 1, seats do
      set[2 * i - 1] = KEYS[first + i]
      set[2 * i] = value
    end
    call('HSET', KEYS[1], unpack(set))
  end
  answers[request] = free
  first = first + seats
end
return answers`;

/** Gives back what is still the buyer's. */
const RELEASE = `for i = 2, #KEYS do
  local held = redis.call('HGET', KEYS[1], KEYS[i])
  if held and string.match(held, ':(.*)') == ARGV[1] then redis.call('HDEL', KEYS[1], KEYS[i]) end
end
return #KEYS`;

const TTL = String(LOCK_TTL_MS);

/** P3: one script that checks and sets all seats; Redis alone, and for the requests of a message one call over arrays. */
export async function luaScript({ redisPort, pool }: Servers): Promise<Peer> {
  const redis = await Redis.connect(redisPort, pool, [LOCK, RELEASE]);

  async function lockAll(event: string, requests: SeatRequest[]): Promise<SeatReply[]> {
    const keys = [event];
    const args = [TTL];
    for (const { buyer, seats } of requests) {
      keys.push(...seats);
      args.push(buyer, String(seats.length));
    }
    const answers = (await redis.run(LOCK, keys, args)) as number[];
    return requests.map(({ id }, at) => ({ id, outcome: answers[at] === 1 ? "LOCKED" : "REFUSED" }));
  }

  async function handle(event: string, request: SeatRequest): Promise<SeatReply> {
    if (request.type === "lock") return (await lockAll(event, [request]))[0]!;
    await redis.run(RELEASE, [event, ...request.seats], [request.buyer]);
    return { id: request.id, outcome: "RELEASED" };
  }

  return {
    // A seat is free where the hash has nothing of it.
    async open() {},
    handle,
    async handleAll(event, requests) {
      if (requests.every(({ type }) => type === "lock")) return lockAll(event, requests);
      return Promise.all(requests.map((request) => handle(event, request)));
    },
    taken: async (event) => (await redis.next().sendCommand(["HKEYS", event])) as unknown as string[],
    end: () => redis.clear(),
    async close() {
      redis.close();
    },
  };
}
