import { DurableObject } from "cloudflare:workers";
import { Arrivals } from "#shared/arrivals.ts";
import { beatMs, pauseMs } from "#shared/backoff.ts";
import { type Clock, systemClock } from "#shared/clock.ts";
import { lingerMs } from "#shared/linger.ts";
import { AWAKE_MS } from "#shared/log/nudger.ts";
import type { TopicLog } from "#shared/log/topic-log.ts";
import { describeError, type Logger } from "#shared/observability/log.ts";
import { partitionsOf, predecessorOf } from "#shared/saga/consumers.ts";
import type { SagaService } from "#shared/saga/declaration.ts";
import { consumedBy, wireTopic } from "#shared/saga/wire.ts";
import { ConsumerCore } from "./core.ts";
import { MAX_BATCH, OUTAGE_PACE } from "./policy.ts";
import type { BatchHandler, Estate } from "./ports.ts";
import { sqliteStore } from "./sqlite-store.ts";
import { takeOver } from "./take-over.ts";

/** The longest one poll waits for a message. */
const POLL_MS = 5_000;

/** One invocation leaves its loop after this, and is called again at once: it may make 1,000 subrequests. */
const LEAVE_AFTER_MS = 60_000;
const LEAVE_AFTER_REQUESTS = 800;

/** What a busy turn asks of others than the log. The log is asked once, or says itself how often. */
const REQUESTS_A_TURN = 7;

/** An idle consumer looks by itself about this often, in case a nudge was lost. */
const WATCHDOG_MS = 5_000;

/** Progress is shown at most this often: it is for dashboards, and each of a service's consumers shows its own. */
const COMMIT_EVERY_MS = 5_000;

export interface ProgressReport {
  partitions: number[];
  parked: number;
  awake: boolean;
}

/**
 * One of the consumers of a service, for the partitions that its name stands for (`shared/saga/consumers.ts`). A Durable
 * Object is a single owner already, so no consumer group has to elect one. Subclasses wire the service's handlers.
 */
export abstract class EventConsumer<Env> extends DurableObject<Env> {
  #core: ConsumerCore | null = null;
  #awakeUntil = 0;
  #isRunning = false;
  #committedAt = 0;
  readonly #arrivals = new Arrivals();
  /** How many runs in a row ended in an error. */
  #failures = 0;
  #hasTakenOver = false;

  protected abstract readonly service: SagaService;
  protected abstract topicLog(): TopicLog;
  protected abstract handler(): BatchHandler;
  protected abstract logger(): Logger;

  /** The object of this name, which was a consumer before this one. */
  protected abstract predecessor(name: string): { estate(): Promise<Estate> };

  /** What it reads; nothing where its name is one of before. */
  protected partitions(): number[] {
    return partitionsOf(this.service, this.ctx.id.name ?? "");
  }

  protected clock(): Clock {
    return systemClock;
  }

  /** 0..1, for jitter. */
  protected random(): number {
    return Math.random();
  }

  /** Lets time pass, in ms. */
  protected async pause(ms: number): Promise<void> {
    if (ms > 0) await scheduler.wait(ms);
  }

  async nudge(): Promise<void> {
    if (this.partitions().length === 0) return;
    this.#stayAwake();
    // A running loop sees that it is to stay awake before it rests.
    if (!this.#isRunning) await this.ctx.storage.setAlarm(this.#now);
  }

  async progress(): Promise<ProgressReport> {
    const { count } = this.#consumer().parked;
    return { partitions: this.partitions(), parked: count, awake: this.#isRunning };
  }

  /** What an object has kept whose partition another one reads now. @throws where it reads it itself */
  async estate(): Promise<Estate> {
    if (this.partitions().length > 0) throw new Error("a consumer that runs gives nothing away");
    return sqliteStore(this.ctx.storage).load();
  }

  /** The loop. Never throws: an alarm that does is dropped after a few tries, and with it the consumer. */
  override async alarm(): Promise<void> {
    // Whoever reads its partition now has asked for what it kept: it comes back no more.
    if (this.partitions().length === 0) return;
    let restMs = 0;
    this.#isRunning = true;
    try {
      restMs = await this.#run();
      this.#failures = 0;
    } catch (error) {
      // What was in hand may be ahead of what was saved: start again from the store.
      this.#core = null;
      restMs = pauseMs(OUTAGE_PACE, ++this.#failures, this.random());
      this.logger().warn("consumer pauses", { consumer: this.ctx.id.name, error: describeError(error) });
    } finally {
      this.#isRunning = false;
      await this.ctx.storage.setAlarm(this.#now + restMs);
    }
  }

  /** Polls until there is nothing to stay awake for. @returns how long to rest, in ms */
  async #run(): Promise<number> {
    await this.#takeOver();
    const core = this.#consumer();
    const leaveAt = this.#now + LEAVE_AFTER_MS;
    let requests = 0;
    while (requests < LEAVE_AFTER_REQUESTS && this.#now < leaveAt) {
      const wasAwake = this.#isAwake;
      const askedBefore = core.requests;
      const handled = await core.turn(wasAwake ? POLL_MS : 0);
      requests += REQUESTS_A_TURN + (core.requests - askedBefore || 1);
      if (handled > 0) this.#stayAwake();
      this.#arrivals.add(handled, this.#now);
      await this.#showProgress(core);
      // The last look is at what a nudge may have changed meanwhile, with no waiting between it and the alarm.
      const isIdle = handled === 0 && (core.isHoldingBack || !(wasAwake || this.#isAwake));
      if (isIdle) return this.#restMs(core.parked.nextAt);
      // Behind a full batch there is more: that has waited already.
      if (handled < MAX_BATCH) await this.pause(lingerMs(this.#arrivals.rate(this.#now), core.tookMs));
    }
    return 0;
  }

  /** Once in its life: goes on where the consumers of its single partitions stopped. */
  async #takeOver(): Promise<void> {
    if (this.#hasTakenOver) return;
    const store = sqliteStore(this.ctx.storage);
    this.#hasTakenOver = store.load().offsets.size > 0;
    if (this.#hasTakenOver) return;
    const estates = this.partitions().map(async (partition): Promise<[number, Estate]> => {
      return [partition, await this.predecessor(predecessorOf(partition)).estate()];
    });
    takeOver(store, this.#topics, new Map(await Promise.all(estates)));
    this.#hasTakenOver = true;
    // It may have been asked how far it is before.
    this.#core = null;
  }

  /** Until the first parked message is due, and never longer than the watchdog's time. */
  #restMs(nextAt: number | null): number {
    const watchdogMs = beatMs(WATCHDOG_MS, this.random());
    return nextAt === null ? watchdogMs : Math.min(watchdogMs, Math.max(0, nextAt - this.#now));
  }

  async #showProgress(core: ConsumerCore): Promise<void> {
    if (this.#now - this.#committedAt < COMMIT_EVERY_MS) return;
    this.#committedAt = this.#now;
    await core
      .commit()
      .catch((error) => this.logger().warn("progress not shown", { error: describeError(error) }));
  }

  #stayAwake(): void {
    this.#awakeUntil = this.#now + AWAKE_MS;
  }

  get #isAwake(): boolean {
    return this.#now < this.#awakeUntil;
  }

  get #now(): number {
    return this.clock()();
  }

  #consumer(): ConsumerCore {
    this.#core ??= new ConsumerCore({
      topics: this.#topics,
      partitions: this.partitions(),
      group: `ticketflow.${this.service}`,
      log: this.topicLog(),
      store: sqliteStore(this.ctx.storage),
      handle: this.handler(),
      clock: this.clock(),
      random: () => this.random(),
      logger: this.logger(),
    });
    return this.#core;
  }

  get #topics(): string[] {
    return consumedBy(this.service).map(wireTopic);
  }
}
