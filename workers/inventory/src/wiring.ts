import type { OpenAPIHono } from "@hono/zod-openapi";
import { systemClock } from "#shared/clock.ts";
import type { ServiceEnv } from "#shared/http/service-app.ts";
import { nudger } from "#shared/log/nudger.ts";
import { topicLog } from "#shared/log/of-environment.ts";
import type { TopicLog } from "#shared/log/topic-log.ts";
import { jsonLogger } from "#shared/observability/log.ts";
import { database } from "#shared/postgres/database.ts";
import type { InventoryAudit } from "#shared/rpc/audit/inventory.ts";
import { type InventoryEnv, inventoryEnvironment } from "./env.ts";
import { auditedSeatMaps } from "./repositories/audited-seat-maps.ts";
import { postgresLedger } from "./repositories/postgres-ledger.ts";
import { postgresSeatMaps } from "./repositories/seat-maps.ts";
import { inventoryAudit } from "./use-cases/audit.ts";
import type { InventoryDeps, LedgerDeps } from "./use-cases/deps.ts";

export type InventoryApp = OpenAPIHono<ServiceEnv<InventoryEnv>>;

export const logger = jsonLogger("inventory");

/** What the use cases and handlers need, from the Worker's environment. */
export function depsOf(env: InventoryEnv): InventoryDeps {
  const log = topicLogOf(env);
  const nudge = nudger({ bookings: env.BOOKINGS_CONSUMER }, systemClock);
  return {
    seatMapOf: (eventId) => env.SEAT_MAP.getByName(eventId),
    events: env.EVENTS,
    seatMaps: postgresSeatMaps(database(inventoryEnvironment(env), logger)),
    clock: systemClock,
    async send(messages) {
      await log.produce(messages);
      nudge(messages);
    },
  };
}

/** What reads and mends the ledgers, from the Worker's environment. */
export function ledgerDepsOf(env: InventoryEnv): LedgerDeps {
  const db = database(inventoryEnvironment(env), logger);
  const seatMaps = auditedSeatMaps(db);
  return {
    seatMapOf: (eventId) => env.SEAT_MAP.getByName(eventId),
    ledger: postgresLedger(db),
    hasSeatMap: (eventId) => seatMaps.has(eventId),
  };
}

/** What an auditor may ask, from the Worker's environment. */
export function auditOf(env: InventoryEnv): InventoryAudit {
  return inventoryAudit(depsOf(env), auditedSeatMaps(database(inventoryEnvironment(env), logger)));
}

export function topicLogOf(env: InventoryEnv): TopicLog {
  return topicLog(inventoryEnvironment(env), logger);
}
