import { z } from "@hono/zod-openapi";
import { instant, prefixedId } from "./common.ts";
import { backend } from "./health.ts";
import { ANY_USER, json, route } from "./route.ts";

/** How many mails `recent` shows. */
export const RECENT_LIMIT = 20;

const NOTIFICATION_KINDS = [
  "welcome",
  "booking-confirmed",
  "booking-failed",
  "booking-cancelled",
  "refunded",
  "refund-failed",
] as const;

const notification = z
  .object({
    id: prefixedId("notif"),
    kind: z.enum(NOTIFICATION_KINDS),
    bookingId: prefixedId("bkg").nullable(),
    subject: z.string().openapi({ example: "Confirmed: La Traviata" }),
    status: z.enum(["PENDING", "SENT", "FAILED"]).openapi({
      description: "PENDING: on its way. SENT: the mail server has it. FAILED: the mail server refused it",
    }),
    createdAt: instant,
    sentAt: instant.nullable(),
  })
  .openapi("Notification");

export const recentNotificationsRoute = route(
  { service: "notifications", access: ANY_USER },
  {
    method: "get",
    path: "/api/notifications/recent",
    operationId: "recentNotifications",
    summary: `The last ${RECENT_LIMIT} mails to you, the newest first`,
    tags: ["notifications"],
    responses: { 200: json(z.object({ data: z.array(notification).max(RECENT_LIMIT) }), "Your mails") },
  },
);

const notificationsHealth = z
  .object({ state: z.enum(["up", "down"]), backends: z.array(backend) })
  .openapi("NotificationsHealth", {
    example: { state: "up", backends: [{ name: "mongodb", state: "up", latencyMs: 3 }] },
  });

export const notificationsHealthRoute = route(
  { service: "notifications", access: "public" },
  {
    method: "get",
    path: "/api/notifications/health",
    operationId: "notificationsHealth",
    summary: "Kafka, MongoDB and the mail server, each truly asked",
    tags: ["operations"],
    responses: {
      200: json(notificationsHealth, "All up"),
      503: json(notificationsHealth, "Something is down, and named"),
    },
  },
);

export const notificationRoutes = [recentNotificationsRoute, notificationsHealthRoute];
