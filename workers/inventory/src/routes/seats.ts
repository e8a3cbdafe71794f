import { accepts } from "hono/accepts";
import { PACKED_SEATS, seatsRoute } from "#shared/contracts/inventory.ts";
import { serve } from "#shared/http/service-app.ts";
import { readChanges, type Since } from "../use-cases/read-changes.ts";
import { readSeatMap } from "../use-cases/read-seat-map.ts";
import { depsOf, type InventoryApp } from "../wiring.ts";
import { packSeatMap, presentSeatMap } from "./present.ts";

/** For all, and for display: the gateway keeps it for a second. */
const HEADERS = { "cache-control": "public, no-cache", vary: "accept" };

/**
 * Seats of the largest map whose JSON may be kept: some 2.5 MB. Beyond it, an answer that is kept while it is sent would
 * fill the gateway's memory; there is the packed form.
 */
const MAX_KEPT_SEATS = 20_000;

/** @param text as the contract has it: `<epoch>-<seq>` */
function sinceOf(text: string): Since {
  const [epoch, seq] = text.split("-");
  return { epoch: Number(epoch), seq: Number(seq) };
}

export function serveSeats(app: InventoryApp): void {
  serve(app, seatsRoute, async (c) => {
    const deps = depsOf(c.env);
    const { eventId } = c.req.valid("param");
    const { since } = c.req.valid("query");
    const known = c.req.valid("header")["if-none-match"];
    const form = accepts(c, {
      header: "Accept",
      supports: ["application/json", PACKED_SEATS],
      default: "application/json",
    });
    const isPacked = form === PACKED_SEATS;
    const changes = isPacked && since ? await readChanges(deps, eventId, sinceOf(since)) : null;
    if (changes) {
      const etag = `"d-${changes.epoch}-${changes.fromSeq}-${changes.toSeq}"`;
      if (known === etag) return c.body(null, 304, { ...HEADERS, etag });
      const headers = { ...HEADERS, etag, "content-type": PACKED_SEATS };
      return c.body(new Uint8Array(changes.delta), 200, headers) as never;
    }
    const reading = await readSeatMap(deps, eventId);
    // Each form is a representation of its own.
    const etag = `"${isPacked ? "p" : "j"}-${reading.etag}"`;
    const headers = { ...HEADERS, etag };
    if (known === etag) return c.body(null, 304, headers);
    if (!isPacked) {
      const isKept = reading.statuses.length <= MAX_KEPT_SEATS;
      return c.json(
        presentSeatMap(reading),
        200,
        isKept ? headers : { ...headers, "cache-control": "no-cache" },
      );
    }
    return c.body(packSeatMap(reading), 200, { ...headers, "content-type": PACKED_SEATS }) as never;
  });
}
