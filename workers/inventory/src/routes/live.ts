import {
  ADDRESS_HEADER,
  RELAY_EVENT_HEADER,
  RELAY_NUMBER_HEADER,
  USER_HEADER,
} from "#durable-objects/live/headers.ts";
import { CLIENT_NETWORK_HEADER, liveRoute } from "#shared/contracts/live.ts";
import { serve } from "#shared/http/service-app.ts";
import { type Watched, watch } from "../use-cases/watch.ts";
import { depsOf, type InventoryApp } from "../wiring.ts";

export function serveLive(app: InventoryApp): void {
  serve(app, liveRoute, async (c) => {
    const who = {
      upgrade: c.req.header("upgrade") ?? "",
      [ADDRESS_HEADER]: c.req.header(CLIENT_NETWORK_HEADER) ?? "",
      [USER_HEADER]: c.get("identity")?.userId ?? "",
    };
    const { since } = c.req.valid("query");
    const address = `https://live/${since ? `?since=${since}` : ""}`;
    const watched: Watched = {
      map: (eventId, headers) =>
        c.env.SEAT_MAP.getByName(eventId).fetch(address, { headers: { ...who, ...headers } }),
      relay: (eventId, relay) => {
        const headers = { ...who, [RELAY_EVENT_HEADER]: eventId, [RELAY_NUMBER_HEADER]: String(relay) };
        return c.env.SEAT_RELAY.getByName(`${eventId}:${relay}`).fetch(address, { headers });
      },
    };
    return (await watch(depsOf(c.env), watched, c.req.valid("param").eventId)) as never;
  });
}
