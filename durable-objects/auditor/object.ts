import { DurableObject } from "cloudflare:workers";
import { type Clock, systemClock } from "#shared/clock.ts";
import { describeError, type Logger } from "#shared/observability/log.ts";
import { AuditorCore } from "./core.ts";
import type { AuditCursor, AuditPage, AuditScope, Finding } from "./page.ts";
import { OVERDUE_MS, pauseMs, SCHEDULED_DELAY_MS } from "./policy.ts";
import type { AuditorRpc, AuditReport, AuditRequest, AuditRun } from "./rpc.ts";
import { sqliteAuditStore } from "./sqlite-store.ts";

/**
 * The one object that audits, each turn in an alarm of its own: so each has a whole invocation's limits, and what is
 * saved after it outlives an eviction. Subclasses wire the looking and the mending.
 */
export abstract class Auditor<Env> extends DurableObject<Env> implements AuditorRpc {
  #woken: AuditorCore | undefined;

  protected abstract page(scope: AuditScope, cursor: AuditCursor): Promise<AuditPage>;
  protected abstract mend(finding: Finding): Promise<boolean>;
  protected abstract logger(): Logger;

  protected clock(): Clock {
    return systemClock;
  }

  async start(request: AuditRequest): Promise<{ run: AuditRun; isNew: boolean }> {
    const started = this.#core.start(request);
    await this.#wakeIn(0);
    return started;
  }

  async startIfDue(request: AuditRequest): Promise<void> {
    if (this.#core.isDue) {
      this.#core.start(request);
      await this.#wakeIn(SCHEDULED_DELAY_MS);
    } else {
      // One that runs and lost its alarm goes on.
      await this.#wakeIn(0);
    }
  }

  async report(id: string, from: number, limit: number): Promise<AuditReport | null> {
    return this.#core.report(id, from, limit);
  }

  async runs(): Promise<AuditRun[]> {
    return this.#core.runs();
  }

  /** One turn. Never throws: an alarm that does is dropped after a few tries, and with it the audit. */
  override async alarm(): Promise<void> {
    let restMs: number | null = pauseMs(1, Math.random());
    try {
      restMs = await this.#core.turn();
    } catch (error) {
      this.logger().warn("auditor pauses", { error: describeError(error) });
    } finally {
      if (restMs !== null) await this.ctx.storage.setAlarm(this.clock()() + restMs);
    }
  }

  /** By then at the latest: an alarm that is set sooner stays, unless it was due long ago and has not come. */
  async #wakeIn(ms: number): Promise<void> {
    const { storage } = this.ctx;
    const now = this.clock()();
    const planned = await storage.getAlarm();
    const isAwaited = planned !== null && planned <= now + ms && planned > now - OVERDUE_MS;
    if (!isAwaited) await storage.setAlarm(now + ms);
  }

  get #core(): AuditorCore {
    this.#woken ??= new AuditorCore({
      store: sqliteAuditStore(this.ctx.storage),
      page: (scope, cursor) => this.page(scope, cursor),
      mend: (finding) => this.mend(finding),
      clock: this.clock(),
      random: Math.random,
      logger: this.logger(),
    });
    return this.#woken;
  }
}
