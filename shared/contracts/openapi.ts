import { OpenAPIHono, z } from "@hono/zod-openapi";
import { bookingRoutes } from "./bookings.ts";
import { eventRoutes } from "./events.ts";
import { healthRoute } from "./health.ts";
import { inventoryRoutes } from "./inventory.ts";
import { notificationRoutes } from "./notifications.ts";
import { paymentRoutes } from "./payments.ts";
import type { AnyRoute } from "./route.ts";
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
  ...bookingRoutes,
  ...paymentRoutes,
  ...notificationRoutes,
] as AnyRoute[];

/** The OpenAPI 3.1 document of {@link publicRoutes}. */
export function openApiDocument(serverUrl: string) {
  const app = new OpenAPIHono();
  app.openAPIRegistry.registerComponent("securitySchemes", "bearerAuth", {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
  });
  for (const route of publicRoutes) {
    const { meta, ...config } = route;
    const body = meta.rawBody && {
      required: true,
      description: meta.rawBody,
      content: { "application/json": { schema: z.record(z.string(), z.unknown()) } },
    };
    app.openAPIRegistry.registerPath(body ? { ...config, request: { ...config.request, body } } : config);
  }
  return app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: { title: "TicketFlow", version: "0.1.0", description: "Seats for events: find, book, pay." },
    servers: [{ url: serverUrl }],
  });
}
