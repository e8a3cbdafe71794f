import type { SeatReply, SeatRequest } from "../wire.ts";
import { eachAlone, type Peer, type Servers } from "./peer.ts";
import { lockedUntil, PostgresSeats } from "./postgres-seats.ts";
import { SeatKeys } from "./seat-keys.ts";

/**
 * P1 and P1p, TicketFlow's first design: a key in Redis for each seat, set where it is absent, then the seat's row in
 * Postgres. P1 does one step after the other, as the design has it; P1p sends all keys in one pipeline and changes all rows
 * in one statement.
 */
export async function setnxThenUpdate(
  { redisPort, postgresUrl, pool }: Servers,
  isPipelined: boolean,
): Promise<Peer> {
  const redis = await SeatKeys.connect(redisPort, pool);
  const postgres = await PostgresSeats.connect(postgresUrl, pool);

  async function lock(event: string, request: SeatRequest): Promise<boolean> {
    const { buyer, seats } = request;
    const got = isPipelined ? await redis.takeEach(event, request) : await takeInTurn(event, request);
    const until = lockedUntil();
    if (got.length < seats.length) {
      await redis.giveBack(event, { buyer, seats: got });
      return false;
    }
    if (isPipelined) {
      await postgres.run("lockAll", [event, seats, buyer, until]);
      return true;
    }
    await postgres.on(async (run) => {
      await run("begin");
      for (const seat of seats) await run("lockOne", [event, seat, buyer, until]);
      await run("commit");
    });
    return true;
  }

  async function takeInTurn(event: string, { buyer, seats }: SeatRequest): Promise<string[]> {
    const got: string[] = [];
    for (const seat of seats) {
      if (!(await redis.take(event, seat, buyer))) break;
      got.push(seat);
    }
    return got;
  }

  /** The row first: a key that is gone lets the next buyer in. */
  async function release(event: string, request: SeatRequest): Promise<void> {
    const { buyer, seats } = request;
    if (isPipelined) {
      await postgres.run("freeAll", [event, seats, buyer]);
      await redis.giveBack(event, request);
      return;
    }
    await postgres.on(async (run) => {
      await run("begin");
      for (const seat of seats) await run("freeOne", [event, seat, buyer]);
      await run("commit");
    });
    for (const seat of seats) await redis.giveBack(event, { buyer, seats: [seat] });
  }

  async function handle(event: string, request: SeatRequest): Promise<SeatReply> {
    const { id, type } = request;
    if (type === "lock") return { id, outcome: (await lock(event, request)) ? "LOCKED" : "REFUSED" };
    await release(event, request);
    return { id, outcome: "RELEASED" };
  }

  return {
    open: (event, seats) => postgres.open(event, seats),
    handle,
    handleAll: eachAlone({ handle }),
    async taken(event) {
      const [keys, rows] = [await redis.taken(event), await postgres.taken(event)];
      const inRows = new Set(rows);
      if (keys.length !== rows.length || !keys.every((key) => inRows.has(key))) {
        throw new Error(
          `${keys.length} keys in Redis and ${rows.length} rows in Postgres are not of the same seats`,
        );
      }
      return rows;
    },
    async end() {
      await Promise.all([redis.clear(), postgres.clear()]);
    },
    async close() {
      redis.close();
      await postgres.close();
    },
  };
}
