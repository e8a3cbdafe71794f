import { type SeatRequest, seatId } from "../wire.ts";
import type { CommitEach, NoOp } from "./plain.ts";
import { type BenchSeatMap, commandOf, replyOf } from "./seat-map.ts";

export { CommitEach, NoOp } from "./plain.ts";
export { BenchSeatMap } from "./seat-map.ts";

interface Env {
  SEAT_MAP: DurableObjectNamespace<BenchSeatMap>;
  NO_OP: DurableObjectNamespace<NoOp>;
  COMMIT_EACH: DurableObjectNamespace<CommitEach>;
}

/** Decisions need not be kept for longer than the run. */
const DAY_MS = 86_400_000;

/** The thinnest Worker there can be in front of an object: one call of the object a request. */
export default {
  async fetch(request, env) {
    const [, contender, eventId = "", seats = "0"] = new URL(request.url).pathname.split("/");
    const object =
      contender === "seat-map"
        ? env.SEAT_MAP.getByName(eventId)
        : contender === "no-op"
          ? env.NO_OP.getByName(eventId)
          : env.COMMIT_EACH.getByName(eventId);
    if (request.method === "POST") {
      const asked = (await request.json()) as SeatRequest;
      const [result] = await object.apply([commandOf(asked)]);
      return Response.json(replyOf(asked, result!));
    }
    if (contender !== "seat-map") return new Response();
    return seatMap(env.SEAT_MAP.getByName(eventId), eventId, Number(seats), request);
  },
} satisfies ExportedHandler<Env>;

async function seatMap(
  map: DurableObjectStub<BenchSeatMap>,
  eventId: string,
  seats: number,
  request: Request,
): Promise<Response> {
  if (request.headers.has("upgrade")) return map.fetch(request);
  if (request.method === "PUT") {
    const seatIds = Array.from({ length: seats }, (_, position) => seatId(position));
    const plan = { eventId, planVersion: 1, seatIds, generalAdmission: [] };
    return Response.json(await map.open({ ...plan, decisionsKeptUntil: Date.now() + DAY_MS }));
  }
  if (request.method === "DELETE") {
    // The object ends itself, and the call with it.
    await map.end().catch(() => {});
    return new Response();
  }
  if (request.url.endsWith("/counters")) return Response.json(await map.counters());
  const { packed } = await map.view();
  const taken = Array.from({ length: packed.length * 4 }, (_, position) => position)
    .filter((position) => ((packed[position >> 2]! >> ((position & 3) * 2)) & 3) !== 0)
    .map(seatId);
  return Response.json(taken);
}
