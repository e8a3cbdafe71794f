import { LOCK_TTL_MS } from "../wire.ts";
import { Redis } from "./redis.ts";

/** Gives back what is still the buyer's. */
const RELEASE = `local freed = 0
for i = 1, #KEYS do
  if redis.call('GET', KEYS[i]) == ARGV[1] then freed = freed + redis.call('DEL', KEYS[i]) end
end
return freed`;

const TTL = String(LOCK_TTL_MS);
const SCAN_COUNT = "10000";

type Wanted = { buyer: string; seats: string[] };

/** Each seat as a key of a Redis server, which is there while somebody holds the seat. */
export class SeatKeys {
  readonly #redis: Redis;

  private constructor(redis: Redis) {
    this.#redis = redis;
  }

  static async connect(port: number, pool: number): Promise<SeatKeys> {
    return new SeatKeys(await Redis.connect(port, pool, [RELEASE]));
  }

  /** SET NX with a lifetime. @returns whether it was free */
  async take(event: string, seat: string, buyer: string): Promise<boolean> {
    return isOk(await this.#redis.next().sendCommand(setNx(event, seat, buyer)));
  }

  /** A SET NX for each seat, in one pipeline. @returns those that were free */
  async takeEach(event: string, { buyer, seats }: Wanted): Promise<string[]> {
    const client = this.#redis.next();
    const answers = await Promise.all(seats.map((seat) => client.sendCommand(setNx(event, seat, buyer))));
    return seats.filter((_seat, at) => isOk(answers[at]));
  }

  async giveBack(event: string, { buyer, seats }: Wanted): Promise<void> {
    const keys = seats.map((seat) => `${event}:${seat}`);
    if (keys.length > 0) await this.#redis.run(RELEASE, keys, [buyer]);
  }

  async taken(event: string): Promise<string[]> {
    const client = this.#redis.next();
    const found = new Set<string>();
    let cursor = "0";
    do {
      const scan = ["SCAN", cursor, "MATCH", `${event}:*`, "COUNT", SCAN_COUNT];
      const [next, keys] = (await client.sendCommand(scan)) as unknown as [string, string[]];
      for (const key of keys) found.add(key.slice(event.length + 1));
      cursor = next;
    } while (cursor !== "0");
    return [...found];
  }

  clear(): Promise<void> {
    return this.#redis.clear();
  }

  close(): void {
    this.#redis.close();
  }
}

function setNx(event: string, seat: string, buyer: string): string[] {
  return ["SET", `${event}:${seat}`, buyer, "NX", "PX", TTL];
}

const isOk = (answer: unknown): boolean => answer === "OK";
