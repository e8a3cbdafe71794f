import { createHoldRoute, extendHoldRoute, getHoldRoute, releaseHoldRoute } from "#shared/contracts/holds.ts";
import { identityOf, serve } from "#shared/http/service-app.ts";
import { createHold, extendHold, getHold, releaseHold } from "../use-cases/holds.ts";
import { depsOf, type InventoryApp } from "../wiring.ts";

export function serveHolds(app: InventoryApp): void {
  serve(app, createHoldRoute, async (c) => {
    const { eventId } = c.req.valid("param");
    const key = c.req.valid("header")["idempotency-key"];
    const request = { ...c.req.valid("json"), eventId };
    const hold = await createHold(depsOf(c.env), identityOf(c), request, key);
    return c.json(hold, 201, { location: `/api/inventory/events/${eventId}/holds/${hold.holdId}` });
  });
  serve(app, getHoldRoute, async (c) =>
    c.json(await getHold(depsOf(c.env), identityOf(c), c.req.valid("param")), 200),
  );
  serve(app, extendHoldRoute, async (c) =>
    c.json(await extendHold(depsOf(c.env), identityOf(c), c.req.valid("param")), 200),
  );
  serve(app, releaseHoldRoute, async (c) => {
    await releaseHold(depsOf(c.env), identityOf(c), c.req.valid("param"));
    return c.body(null, 204);
  });
}
