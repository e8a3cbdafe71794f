import { OpenAPIHono, z } from "@hono/zod-openapi";
import { auditRoutes } from "./audits.ts";
import { bookingRoutes } from "./bookings.ts";
import { deadLetterRoutes } from "./dead-letters.ts";
import { type Documented, describeOperation } from "./document-operation.ts";
import { eventRoutes } from "./events.ts";
import { healthRoute } from "./health.ts";
import { holdRoutes } from "./holds.ts";
import { inventoryRoutes } from "./inventory.ts";
import { liveRoute } from "./live.ts";
import { notificationRoutes } from "./notifications.ts";
import { paymentRoutes } from "./payments.ts";
import type { AnyRoute } from "./route.ts";
import { seatsAtRoute } from "./seats-at.ts";
import { userRoutes } from "./users.ts";
import { oidcAuthorizeRoute, oidcCallbackRoute } from "./users-oidc.ts";
import { venueRoutes } from "./venues.ts";

/** Every public route; the gateway forwards these and no others. */
export const publicRoutes: AnyRoute[] = [
  healthRoute,
  ...userRoutes,
  oidcAuthorizeRoute,
  oidcCallbackRoute,
  ...venueRoutes,
  ...eventRoutes,
  ...inventoryRoutes,
  ...holdRoutes,
  liveRoute,
  ...bookingRoutes,
  ...paymentRoutes,
  ...notificationRoutes,
  ...deadLetterRoutes,
  ...auditRoutes,
  seatsAtRoute,
] as AnyRoute[];

/** What routes are grouped by, in the order in which a newcomer meets them. */
export const TAGS: Record<string, string> = {
  users: "Accounts, sessions and the keys that verify access tokens.",
  events: "What is sold: events with their dates, tiers and prices.",
  inventory: "The seats of an event, each with its price and whether it is free.",
  bookings: "Asking for places. A booking is accepted at once and decided shortly after: look at it again.",
  payments: "The payment of a booking, and where the provider reports.",
  venues: "Where events take place, with their seating plans.",
  notifications: "The mails that were sent.",
  operations: "Whether the platform is well, and what operators do when it is not.",
};

const DESCRIPTION = `Seats for events: find, book, pay.

**Sign in** with \`POST /api/users/login\` and send its \`token\` as \`authorization: Bearer …\`; here: paste it at the
button *Authorize*. Ids in the examples are made up: take yours from a list. **Amounts** are whole numbers in the currency's minor unit: 24000 is 240.00 EUR. **Times** are ISO 8601.
**Errors** are problem documents (RFC 9457): switch on \`code\`, which is stable; \`title\` and \`detail\` are for people.
Quote \`x-request-id\` when you ask us about an answer.`;

/** The OpenAPI 3.1 document of {@link publicRoutes}. */
export function openApiDocument(serverUrl: string) {
  const app = new OpenAPIHono();
  app.openAPIRegistry.registerComponent("securitySchemes", "bearerAuth", {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
    description: "The `token` that `POST /api/users/login` answers with",
  });
  for (const route of publicRoutes) {
    const { meta, problemCodes: _, ...config } = route;
    const body = meta.rawBody && {
      required: true,
      description: meta.rawBody.description,
      content: {
        "application/json": {
          schema: z.record(z.string(), z.unknown()).openapi({ example: meta.rawBody.example }),
        },
      },
    };
    app.openAPIRegistry.registerPath(body ? { ...config, request: { ...config.request, body } } : config);
  }
  const used = new Set(publicRoutes.flatMap(({ tags }) => tags ?? []));
  const document = app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "TicketFlow",
      version: "0.1.0",
      description: DESCRIPTION,
      license: { name: "MIT" },
    },
    servers: [{ url: serverUrl, description: "This platform" }],
    tags: Object.entries(TAGS)
      .filter(([name]) => used.has(name))
      .map(([name, description]) => ({ name, description })),
  });
  for (const route of publicRoutes) describeOperation(route, document as unknown as Documented);
  return document;
}
