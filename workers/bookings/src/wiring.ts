import type { OpenAPIHono } from "@hono/zod-openapi";
import { systemClock } from "#shared/clock.ts";
import type { ServiceEnv } from "#shared/http/service-app.ts";
import { nudger } from "#shared/log/nudger.ts";
import { topicLog } from "#shared/log/of-environment.ts";
import type { TopicLog } from "#shared/log/topic-log.ts";
import { jsonLogger } from "#shared/observability/log.ts";
import { auditedOutbox } from "#shared/postgres/audited-outbox.ts";
import { database } from "#shared/postgres/database.ts";
import { LateOutbox } from "#shared/postgres/late-outbox.ts";
import { postgresOutbox } from "#shared/postgres/outbox.ts";
import type { BookingsAudit } from "#shared/rpc/audit/bookings.ts";
import { type BookingsEnv, bookingsEnvironment } from "./env.ts";
import { auditedBookings } from "./repositories/audited-bookings.ts";
import { postgresBookedEvents } from "./repositories/booked-events.ts";
import { postgresBookings } from "./repositories/postgres-bookings.ts";
import { rememberedBookings } from "./repositories/remembered-bookings.ts";
import { bookingsAudit } from "./use-cases/audit.ts";
import type { BookingsDeps } from "./use-cases/deps.ts";

export type BookingsApp = OpenAPIHono<ServiceEnv<BookingsEnv>>;

export const logger = jsonLogger("bookings");

/**
 * What the use cases and the consumer need, from the Worker's environment.
 * @param late of an object that lives on, see {@link postgresBookings}; it remembers what it wrote, too
 */
export function depsOf(env: BookingsEnv, late?: LateOutbox): BookingsDeps {
  const log = topicLogOf(env);
  const consumers = {
    inventory: env.INVENTORY_CONSUMER,
    payments: env.PAYMENTS_CONSUMER,
    notifications: env.NOTIFICATIONS_CONSUMER,
  };
  const nudge = nudger(consumers, systemClock);
  const db = database(bookingsEnvironment(env), logger);
  return {
    bookings: late ? rememberedBookings(postgresBookings(db, late)) : postgresBookings(db),
    bookedEvents: postgresBookedEvents(db),
    events: {
      async quote(request) {
        const [answer] = await env.EVENTS.quotes([request]);
        return answer!;
      },
    },
    inventory: env.INVENTORY,
    clock: systemClock,
    logger,
    async send(messages) {
      await log.produce(messages);
      nudge(messages);
    },
  };
}

/** What an object has sent and not yet forgotten. */
export function lateOutboxOf(env: BookingsEnv): LateOutbox {
  return new LateOutbox(postgresOutbox(database(bookingsEnvironment(env), logger)));
}

/** What an auditor may ask, from the Worker's environment. */
export function auditOf(env: BookingsEnv): BookingsAudit {
  const db = database(bookingsEnvironment(env), logger);
  return bookingsAudit({ ...depsOf(env), audited: auditedBookings(db), outbox: auditedOutbox(db) });
}

export function topicLogOf(env: BookingsEnv): TopicLog {
  return topicLog(bookingsEnvironment(env), logger);
}
