import type { SeatReply, SeatRequest } from "../wire.ts";
import { eachAlone, type Peer, type Servers } from "./peer.ts";
import { lockedUntil, PostgresSeats } from "./postgres-seats.ts";

/** P2, TicketBlitz's design: the seats' rows locked in their order, looked at and changed in one transaction. */
export async function selectForUpdate({ postgresUrl, pool }: Servers): Promise<Peer> {
  const postgres = await PostgresSeats.connect(postgresUrl, pool);

  function lock(event: string, { buyer, seats }: SeatRequest): Promise<boolean> {
    return postgres.on(async (run) => {
      await run("begin");
      const { rows } = await run("forUpdate", [event, seats]);
      const now = Date.now();
      const isFree = rows.length === seats.length && rows.every((row) => Number(row.locked_until) <= now);
      if (isFree) await run("lockAll", [event, seats, buyer, lockedUntil()]);
      await run(isFree ? "commit" : "rollback");
      return isFree;
    });
  }

  async function handle(event: string, request: SeatRequest): Promise<SeatReply> {
    const { id, type, seats, buyer } = request;
    if (type === "lock") return { id, outcome: (await lock(event, request)) ? "LOCKED" : "REFUSED" };
    await postgres.run("freeAll", [event, seats, buyer]);
    return { id, outcome: "RELEASED" };
  }

  return {
    open: (event, seats) => postgres.open(event, seats),
    handle,
    handleAll: eachAlone({ handle }),
    taken: (event) => postgres.taken(event),
    end: () => postgres.clear(),
    close: () => postgres.close(),
  };
}
