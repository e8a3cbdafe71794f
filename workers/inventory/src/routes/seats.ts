import { accepts } from "hono/accepts";
import { PACKED_SEATS, seatsRoute } from "#shared/contracts/inventory.ts";
import { serve } from "#shared/http/service-app.ts";
import { readSeatMap } from "../use-cases/read-seat-map.ts";
import { depsOf, type InventoryApp } from "../wiring.ts";
import { packSeatMap, presentSeatMap } from "./present.ts";

export function serveSeats(app: InventoryApp): void {
  serve(app, seatsRoute, async (c) => {
    const reading = await readSeatMap(depsOf(c.env), c.req.valid("param").eventId);
    const form = accepts(c, {
      header: "Accept",
      supports: ["application/json", PACKED_SEATS],
      default: "application/json",
    });
    const isPacked = form === PACKED_SEATS;
    // Each form is a representation of its own.
    const etag = `"${isPacked ? "p" : "j"}-${reading.etag}"`;
    const headers = { etag, "cache-control": "public, no-cache", vary: "accept" };
    if (c.req.valid("header")["if-none-match"] === etag) return c.body(null, 304, headers);
    if (!isPacked) return c.json(presentSeatMap(reading), 200, headers);
    return c.body(packSeatMap(reading), 200, { ...headers, "content-type": PACKED_SEATS }) as never;
  });
}
