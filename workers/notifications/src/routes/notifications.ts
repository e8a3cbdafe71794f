import { systemClock } from "#shared/clock.ts";
import {
  notificationsHealthRoute,
  RECENT_LIMIT,
  recentNotificationsRoute,
} from "#shared/contracts/notifications.ts";
import { askBackends } from "#shared/http/health.ts";
import { identityOf, serve } from "#shared/http/service-app.ts";
import type { Notification } from "../core/notification.ts";
import { backendsOf, depsOf, type NotificationsApp } from "../wiring.ts";

export function serveNotifications(app: NotificationsApp): void {
  serve(app, recentNotificationsRoute, async (c) => {
    const { userId } = identityOf(c);
    const mails = await depsOf(c.env).notifications.recent(userId, RECENT_LIMIT);
    return c.json({ data: mails.map(present) }, 200);
  });

  serve(app, notificationsHealthRoute, async (c) => {
    const backends = await askBackends(backendsOf(c.env), systemClock);
    const isUp = backends.every(({ state }) => state === "up");
    return c.json({ state: isUp ? "up" : "down", backends } as const, isUp ? 200 : 503, {
      "cache-control": "no-store",
    });
  });
}

/** What its reader may see: no address, no text, and nothing of what the mail server said. */
function present({ _id, content, bookingId, subject, state, createdAt, sentAt }: Notification) {
  return {
    id: _id,
    kind: content.kind,
    bookingId,
    subject,
    status: state === "SENDING" ? ("PENDING" as const) : state,
    createdAt: createdAt.toISOString(),
    sentAt: sentAt?.toISOString() ?? null,
  };
}
