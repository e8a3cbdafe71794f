import { WorkerEntrypoint } from "cloudflare:workers";
import { systemClock } from "#shared/clock.ts";
import { askBackends } from "#shared/http/health.ts";
import { serviceApp } from "#shared/http/service-app.ts";
import type { BookingsAudit } from "#shared/rpc/audit/bookings.ts";
import { consumersNamed } from "#shared/saga/consumers.ts";
import { type BookingsEnv, bookingsEnvironment } from "./env.ts";
import { serveCancelBooking } from "./routes/cancel-booking.ts";
import { serveCreateBooking } from "./routes/create-booking.ts";
import { serveReadBookings } from "./routes/read-bookings.ts";
import { auditOf, depsOf, logger, topicLogOf } from "./wiring.ts";

export { BookingsConsumer, BookingsDesk, BookingsSweeper } from "./objects.ts";

const app = serviceApp<BookingsEnv>({
  service: "bookings",
  clock: systemClock,
  logger,
  gatewayKey: (env) => bookingsEnvironment(env).GATEWAY_PUBLIC_KEY,
});

serveCreateBooking(app);
serveReadBookings(app);
serveCancelBooking(app);
app.get("/health", async (c) => {
  const checks = [
    { name: "postgres", ask: () => depsOf(c.env).bookings.ping() },
    { name: "kafka", ask: () => topicLogOf(c.env).ping() },
  ];
  return c.json(await askBackends(checks, systemClock));
});

/** What an auditor asks. */
export class AuditQuestions extends WorkerEntrypoint<BookingsEnv> implements BookingsAudit {
  bookings(asked: Parameters<BookingsAudit["bookings"]>[0]) {
    return auditOf(this.env).bookings(asked);
  }

  bookingsById(ids: string[]) {
    return auditOf(this.env).bookingsById(ids);
  }

  oversold(eventId: string) {
    return auditOf(this.env).oversold(eventId);
  }

  inbox(settledBefore: number) {
    return auditOf(this.env).inbox(settledBefore);
  }

  outbox() {
    return auditOf(this.env).outbox();
  }

  relay(keys: string[]) {
    return auditOf(this.env).relay(keys);
  }
}

export default {
  fetch: app.fetch,
  async scheduled(_controller, env) {
    await Promise.all([
      ...consumersNamed("bookings").map((name) => env.CONSUMER.getByName(name).nudge()),
      env.SWEEPER.getByName("sweeper").poke(),
    ]);
  },
} satisfies ExportedHandler<BookingsEnv>;
