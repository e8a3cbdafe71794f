import { createHash } from "node:crypto";
import { createClient } from "@redis/client";
import { LOCK_TTL_MS } from "../wire.ts";

/** Gives back a key that is still the buyer's. */
const RELEASE = `local freed = 0
for i = 1, #KEYS do
  if redis.call('GET', KEYS[i]) == ARGV[1] then freed = freed + redis.call('DEL', KEYS[i]) end
end
return freed`;

/** Takes all seats or none. */
const LOCK = `if redis.call('EXISTS', unpack(KEYS)) > 0 then return 0 end
for i = 1, #KEYS do redis.call('SET', KEYS[i], ARGV[1], 'PX', ARGV[2]) end
return 1`;

/** The same for many: after the lifetime come the buyer and the number of seats of each request. */
const LOCK_ALL = `local answers, first = {}, 1
for request = 1, (#ARGV - 1) / 2 do
  local buyer, last = ARGV[2 * request], first + ARGV[2 * request + 1] - 1
  local free = redis.call('EXISTS', unpack(KEYS, first, last)) == 0
  if free then
    for i = first, last do redis.call('SET', KEYS[i], buyer, 'PX', ARGV[1]) end
  end
  answers[request] = free and 1 or 0
  first = last + 1
end
return answers`;

const TTL = String(LOCK_TTL_MS);
const SCAN_COUNT = "10000";

export type Seats = { buyer: string; seats: string[] };

const client = (port: number) =>
  createClient({ url: `redis://127.0.0.1:${port}`, RESP: 2, disableClientInfo: true }).on("error", () => {});

type Client = ReturnType<typeof client>;

/** Seats as keys of a Redis server. What is asked of one connection in one turn goes out in one piece. */
export class RedisSeats {
  readonly #clients: Client[];
  readonly #shas = new Map<string, string>();
  #turn = 0;

  private constructor(clients: Client[]) {
    this.#clients = clients;
  }

  static async connect(port: number, pool: number): Promise<RedisSeats> {
    const clients = Array.from({ length: pool }, () => client(port));
    await Promise.all(clients.map((one) => one.connect()));
    const seats = new RedisSeats(clients);
    for (const script of [LOCK, LOCK_ALL, RELEASE]) {
      await clients[0]!.sendCommand(["SCRIPT", "LOAD", script]);
      seats.#shas.set(script, createHash("sha1").update(script).digest("hex"));
    }
    return seats;
  }

  /** SET NX with a lifetime. @returns whether it was free */
  async take(event: string, seat: string, buyer: string): Promise<boolean> {
    return isOk(await this.#next().sendCommand(["SET", `${event}:${seat}`, buyer, "NX", "PX", TTL]));
  }

  /** A SET NX for each seat, in one pipeline. @returns those that were free */
  async takeEach(event: string, { buyer, seats }: Seats): Promise<string[]> {
    const client = this.#next();
    const answers = await Promise.all(
      seats.map((seat) => client.sendCommand(["SET", `${event}:${seat}`, buyer, "NX", "PX", TTL])),
    );
    return seats.filter((_seat, at) => isOk(answers[at]));
  }

  /** One script for all seats. @returns whether they were all free */
  async takeAll(event: string, { buyer, seats }: Seats): Promise<boolean> {
    return (await this.#run(LOCK, keysOf(event, seats), [buyer, TTL])) === 1;
  }

  /** One script for all requests. @returns for each whether all its seats were free */
  async takeAllOf(event: string, requests: readonly Seats[]): Promise<boolean[]> {
    const keys = requests.flatMap(({ seats }) => keysOf(event, seats));
    const rest = requests.flatMap(({ buyer, seats }) => [buyer, String(seats.length)]);
    const answers = (await this.#run(LOCK_ALL, keys, [TTL, ...rest])) as number[];
    return answers.map((answer) => answer === 1);
  }

  async giveBack(event: string, { buyer, seats }: Seats): Promise<void> {
    if (seats.length > 0) await this.#run(RELEASE, keysOf(event, seats), [buyer]);
  }

  async taken(event: string): Promise<string[]> {
    const found = new Set<string>();
    let cursor = "0";
    do {
      const scan = ["SCAN", cursor, "MATCH", `${event}:*`, "COUNT", SCAN_COUNT];
      const [next, keys] = (await this.#clients[0]!.sendCommand(scan)) as unknown as [string, string[]];
      for (const key of keys) found.add(key.slice(event.length + 1));
      cursor = next;
    } while (cursor !== "0");
    return [...found];
  }

  async clear(): Promise<void> {
    await this.#clients[0]!.sendCommand(["FLUSHALL", "SYNC"]);
  }

  close(): void {
    for (const client of this.#clients) client.destroy();
  }

  #run(script: string, keys: string[], args: string[]): Promise<unknown> {
    return this.#next().sendCommand([
      "EVALSHA",
      this.#shas.get(script)!,
      String(keys.length),
      ...keys,
      ...args,
    ]);
  }

  #next() {
    this.#turn = (this.#turn + 1) % this.#clients.length;
    return this.#clients[this.#turn]!;
  }
}

const keysOf = (event: string, seats: readonly string[]): string[] => seats.map((seat) => `${event}:${seat}`);

const isOk = (answer: unknown): boolean => answer === "OK";
