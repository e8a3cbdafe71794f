import { DurableObject } from "cloudflare:workers";
import { systemClock } from "#shared/clock.ts";
import { AWAKE_MS } from "#shared/log/nudger.ts";
import type { TopicLog } from "#shared/log/topic-log.ts";
import { describeError, type Logger } from "#shared/observability/log.ts";
import type { SagaService } from "#shared/saga/declaration.ts";
import { consumedBy, wireTopic } from "#shared/saga/wire.ts";
import { ConsumerCore } from "./core.ts";
import type { BatchHandler } from "./ports.ts";
import { sqliteStore } from "./sqlite-store.ts";

/** The longest one poll waits for a message. */
const POLL_MS = 5_000;

/** One invocation leaves its loop after this, and is called again at once: subrequests are counted per invocation. */
const LEAVE_AFTER_MS = 60_000;
const LEAVE_AFTER_TURNS = 400;

/** An idle consumer looks by itself this often, in case a nudge was lost. */
const WATCHDOG_MS = 5_000;

/** The pause after the log did not answer. */
const UNAVAILABLE_MS = 1_000;

/** Progress is shown at most this often: it is for dashboards. */
const COMMIT_EVERY_MS = 1_000;

export interface ProgressReport {
  partition: number;
  parked: number;
  awake: boolean;
}

/**
 * One consumer of one service for one partition, named by the partition's number. A Durable Object is
 * a single owner already, so no consumer group has to elect one. Subclasses wire the service's handlers.
 */
export abstract class EventConsumer<Env> extends DurableObject<Env> {
  #core: ConsumerCore | null = null;
  #awakeUntil = 0;
  #isRunning = false;
  #committedAt = 0;

  protected abstract readonly service: SagaService;
  protected abstract topicLog(): TopicLog;
  protected abstract handler(): BatchHandler;
  protected abstract logger(): Logger;

  async nudge(): Promise<void> {
    this.#awakeUntil = systemClock() + AWAKE_MS;
    if (!this.#isRunning) await this.ctx.storage.setAlarm(systemClock());
  }

  async progress(): Promise<ProgressReport> {
    const { count } = this.#consumer().parked;
    return { partition: this.#partition, parked: count, awake: this.#isRunning };
  }

  /** The loop. Never throws: an alarm that does is dropped after a few tries, and with it the consumer. */
  override async alarm(): Promise<void> {
    let pauseMs = WATCHDOG_MS;
    this.#isRunning = true;
    try {
      pauseMs = await this.#run();
    } catch (error) {
      this.logger().warn("consumer pauses", { partition: this.#partition, error: describeError(error) });
      pauseMs = UNAVAILABLE_MS;
      // What was in hand may be ahead of what was saved: start again from the store.
      this.#core = null;
    } finally {
      this.#isRunning = false;
      await this.ctx.storage.setAlarm(systemClock() + pauseMs);
    }
  }

  /** Polls until idle. @returns how long to pause before the next look, in ms */
  async #run(): Promise<number> {
    const core = this.#consumer();
    const leaveAt = systemClock() + LEAVE_AFTER_MS;
    for (let turns = 0; turns < LEAVE_AFTER_TURNS && systemClock() < leaveAt; turns++) {
      const isAwake = systemClock() < this.#awakeUntil;
      const handled = await core.turn(isAwake ? POLL_MS : 0);
      if (handled > 0) {
        this.#awakeUntil = systemClock() + AWAKE_MS;
        await this.#commitSometimes(core);
        continue;
      }
      const { nextAt } = core.parked;
      const waitMs = nextAt === null ? null : Math.max(0, nextAt - systemClock());
      if (waitMs !== null && waitMs > 0) return Math.min(waitMs, WATCHDOG_MS);
      if (!isAwake && systemClock() >= this.#awakeUntil) return WATCHDOG_MS;
    }
    return 0;
  }

  async #commitSometimes(core: ConsumerCore): Promise<void> {
    if (systemClock() - this.#committedAt < COMMIT_EVERY_MS) return;
    this.#committedAt = systemClock();
    await core
      .commit()
      .catch((error) => this.logger().warn("progress not shown", { error: describeError(error) }));
  }

  #consumer(): ConsumerCore {
    this.#core ??= new ConsumerCore({
      topics: consumedBy(this.service).map(wireTopic),
      partition: this.#partition,
      group: `ticketflow.${this.service}`,
      log: this.topicLog(),
      store: sqliteStore(this.ctx.storage.sql),
      handle: this.handler(),
      clock: systemClock,
      random: Math.random,
      logger: this.logger(),
    });
    return this.#core;
  }

  get #partition(): number {
    const partition = Number(this.ctx.id.name);
    if (!Number.isInteger(partition)) throw new Error("an EventConsumer is named by its partition");
    return partition;
  }
}
