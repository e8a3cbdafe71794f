import { WorkerEntrypoint } from "cloudflare:workers";
import { systemClock } from "#shared/clock.ts";
import { askBackends } from "#shared/http/health.ts";
import { serviceApp } from "#shared/http/service-app.ts";
import { describeError } from "#shared/observability/log.ts";
import type { InventoryAudit } from "#shared/rpc/audit/inventory.ts";
import type { InventoryRpc, LedgerRpc, ProjectionRpc } from "#shared/rpc/inventory.ts";
import { consumersNamed } from "#shared/saga/consumers.ts";
import { type InventoryEnv, inventoryEnvironment } from "./env.ts";
import { serveHolds } from "./routes/holds.ts";
import { serveLive } from "./routes/live.ts";
import { servePlan } from "./routes/plan.ts";
import { serveSeats } from "./routes/seats.ts";
import { holdOfKnownEvent } from "./use-cases/holds.ts";
import { readLayout, readLedger, readPlaces } from "./use-cases/read-ledger.ts";
import { rebuildPlaces } from "./use-cases/rebuild-places.ts";
import { auditOf, depsOf, ledgerDepsOf, logger, topicLogOf } from "./wiring.ts";

export { InventoryConsumer, SeatMap, SeatRelay } from "./objects.ts";

const app = serviceApp<InventoryEnv>({
  service: "inventory",
  clock: systemClock,
  logger,
  gatewayKey: (env) => inventoryEnvironment(env).GATEWAY_PUBLIC_KEY,
});

serveSeats(app);
serveHolds(app);
serveLive(app);
servePlan(app);
app.get("/health", async (c) => {
  const checks = [
    { name: "postgres", ask: () => depsOf(c.env).seatMaps.ping() },
    { name: "kafka", ask: () => topicLogOf(c.env).ping() },
  ];
  return c.json(await askBackends(checks, systemClock));
});

/** What bookings asks. */
export class InventoryQuestions extends WorkerEntrypoint<InventoryEnv> implements InventoryRpc {
  isClosed(eventId: string) {
    return depsOf(this.env).seatMapOf(eventId).isClosed();
  }

  hold(asked: Parameters<InventoryRpc["hold"]>[0]) {
    return holdOfKnownEvent(depsOf(this.env), asked);
  }
}

/** What an auditor asks of the ledgers. */
export class InventoryLedger extends WorkerEntrypoint<InventoryEnv> implements LedgerRpc, ProjectionRpc {
  ledgerLayout(eventId: string) {
    return readLayout(ledgerDepsOf(this.env), eventId);
  }

  ledgerPage(eventId: string, fromSeq: number, limit: number) {
    return readLedger(ledgerDepsOf(this.env), eventId, fromSeq, limit);
  }

  ledgerHead(eventId: string) {
    return ledgerDepsOf(this.env).ledger.head(eventId);
  }

  placesPage(eventId: string, afterPlaceId: string, limit: number) {
    return readPlaces(ledgerDepsOf(this.env), eventId, afterPlaceId, limit);
  }

  rebuildPlaces(eventId: string) {
    return rebuildPlaces(ledgerDepsOf(this.env), eventId);
  }
}

/** What else an auditor asks. */
export class AuditQuestions extends WorkerEntrypoint<InventoryEnv> implements InventoryAudit {
  events(asked: Parameters<InventoryAudit["events"]>[0]) {
    return auditOf(this.env).events(asked);
  }

  map(eventId: string) {
    return auditOf(this.env).map(eventId);
  }

  decisions(asked: Parameters<InventoryAudit["decisions"]>[0]) {
    return auditOf(this.env).decisions(asked);
  }

  seats(eventId: string) {
    return auditOf(this.env).seats(eventId);
  }

  decisionsOf(eventId: string, bookingIds: string[]) {
    return auditOf(this.env).decisionsOf(eventId, bookingIds);
  }

  poke(eventId: string) {
    return auditOf(this.env).poke(eventId);
  }
}

/** A map is poked for a day after its event: by then every lock has ended. */
const POKED_AFTER_EVENT_MS = 86_400_000;

export default {
  fetch: app.fetch,
  async scheduled(controller, env) {
    if (controller.cron === "* * * * *") {
      await Promise.all(consumersNamed("inventory").map((name) => env.CONSUMER.getByName(name).nudge()));
      return;
    }
    const deps = depsOf(env);
    const eventIds = await deps.seatMaps.endingAfter(new Date(systemClock() - POKED_AFTER_EVENT_MS));
    // One map that cannot wake must not keep the others asleep.
    const poke = (eventId: string) =>
      deps
        .seatMapOf(eventId)
        .poke()
        .catch((error) => logger.error("seat map not poked", { eventId, error: describeError(error) }));
    for (const eventId of eventIds) await poke(eventId);
  },
} satisfies ExportedHandler<InventoryEnv>;
