import { z } from "@hono/zod-openapi";
import { pathId } from "./common.ts";
import { route } from "./route.ts";

/** The gateway's name for the network that a connection comes from, for the service that counts them. */
export const CLIENT_NETWORK_HEADER = "x-client-network";

export const liveRoute = route(
  {
    service: "inventory",
    access: "public",
    knowsCaller: true,
    isUpgrade: true,
    limits: ["live by address"],
    problems: ["EVENT_NOT_FOUND", "ORIGIN_NOT_ALLOWED", "UPGRADE_REQUIRED", "RATE_LIMITED"],
  },
  {
    operationId: "live",
    method: "get",
    path: "/api/inventory/events/{eventId}/live",
    summary: "The seat map as it changes, over a WebSocket",
    description:
      "First the whole packed map, or what has changed after `since`; then what changes, numbered, ten times a second " +
      'at most. Send `ping` every 30 seconds, `{"type":"ack","bytes":n}` after every 64 KB, and ' +
      '`{"type":"since","epoch":e,"seq":s}` when a number is missing. `docs/live.md` has the whole protocol.',
    tags: ["inventory"],
    request: {
      params: z.object({ eventId: pathId("evnt", "eventId") }),
      query: z.object({
        since: z
          .string()
          .regex(/^\d{1,10}-\d{1,16}$/)
          .optional()
          .openapi({ description: "Epoch and sequence number of the map that you have", example: "3-1207" }),
      }),
    },
    responses: { 101: { description: "A WebSocket: binary messages are maps and changes" } },
  },
);
