import { seatsRoute } from "#shared/contracts/inventory.ts";
import { serve } from "#shared/http/service-app.ts";
import { presentSeatMap, readSeatMap } from "../use-cases/read-seat-map.ts";
import { depsOf, type InventoryApp } from "../wiring.ts";

export function serveSeats(app: InventoryApp): void {
  serve(app, seatsRoute, async (c) => {
    const reading = await readSeatMap(depsOf(c.env), c.req.valid("param").eventId);
    const headers = { etag: reading.etag, "cache-control": "no-cache" };
    if (c.req.valid("header")["if-none-match"] === reading.etag) return c.body(null, 304, headers);
    return c.json(presentSeatMap(reading), 200, headers);
  });
}
