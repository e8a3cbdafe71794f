import type { MapAt } from "#durable-objects/seat-map/core/rebuild.ts";
import { MAX_OWNERS, seatsAtRoute } from "#shared/contracts/seats-at.ts";
import { serve } from "#shared/http/service-app.ts";
import { ownersOf, summaryOf } from "../core/seats-at.ts";
import { seatsAt } from "../use-cases/seats-at.ts";
import type { OperationsApp } from "../wiring.ts";

export function serveSeatsAt(app: OperationsApp): void {
  serve(app, seatsAtRoute, async (c) => {
    const { id: eventId } = c.req.valid("param");
    const { at = Number.MAX_SAFE_INTEGER, places } = c.req.valid("query");
    const { map, head, rows, broken } = await seatsAt(c.env.INVENTORY_LEDGER, eventId, at);
    const shown = map && present(map, places === "all");
    const { seq, hash } = head;
    return c.json({ eventId, head: { seq, hash }, rows, broken, map: shown }, 200, {
      "cache-control": "no-store",
    });
  });
}

function present({ seq, epoch, at, planVersion, closed, places }: MapAt, hasSeats: boolean) {
  const owners = ownersOf(places ?? []);
  const seats = (places ?? []).map(({ id, status, owner }) => ({ id, status, ownerId: owner?.id ?? null }));
  return {
    ...{ seq, epoch, planVersion, closed },
    at: seq === 0 ? null : new Date(at).toISOString(),
    summary: places && summaryOf(places),
    owners: owners.slice(0, MAX_OWNERS),
    ownersTotal: owners.length,
    ...(hasSeats ? { seats } : {}),
  };
}
