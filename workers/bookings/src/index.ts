import { systemClock } from "#shared/clock.ts";
import { askBackends } from "#shared/http/health.ts";
import { serviceApp } from "#shared/http/service-app.ts";
import { PARTITIONS } from "#shared/saga/wire.ts";
import { type BookingsEnv, bookingsEnvironment } from "./env.ts";
import { serveCancelBooking } from "./routes/cancel-booking.ts";
import { serveCreateBooking } from "./routes/create-booking.ts";
import { serveReadBookings } from "./routes/read-bookings.ts";
import { depsOf, logger, topicLogOf } from "./wiring.ts";

export { BookingsConsumer, BookingsSweeper } from "./objects.ts";

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

export default {
  fetch: app.fetch,
  async scheduled(_controller, env) {
    const partitions = Array.from({ length: PARTITIONS }, (_, partition) => String(partition));
    await Promise.all([
      ...partitions.map((name) => env.CONSUMER.getByName(name).nudge()),
      env.SWEEPER.getByName("sweeper").poke(),
    ]);
  },
} satisfies ExportedHandler<BookingsEnv>;
