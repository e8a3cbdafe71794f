import type { Clock } from "#shared/clock.ts";
import { letterValue } from "#shared/dead-letters/letter.ts";
import { Unavailable } from "#shared/errors/problem.ts";
import type { LogRecord, Position, TopicLog } from "#shared/log/topic-log.ts";
import { describeError, type Logger } from "#shared/observability/log.ts";
import { type Envelope, parseEnvelope } from "#shared/saga/envelope.ts";
import type { Outcome } from "#shared/saga/handlers.ts";
import { deadLetterTopic, topicOf } from "#shared/saga/wire.ts";
import { LineUp } from "./line-up.ts";
import { delayMs, MAX_ATTEMPTS, MAX_BATCH, MAX_PARKED_PER_TOPIC } from "./policy.ts";
import { type BatchHandler, type ConsumerStore, type Parked, placeOf } from "./ports.ts";

export interface ConsumerOptions {
  /** The wire names of the topics to read. */
  topics: string[];
  partitions: number[];
  /** The consumer group under which progress is shown. */
  group: string;
  log: TopicLog;
  store: ConsumerStore;
  handle: BatchHandler;
  clock: Clock;
  /** 0..1, for jitter. */
  random: () => number;
  logger: Logger;
}

/**
 * Reads partitions of a service's topics at offsets of its own, keeps the order of each key in each
 * topic, and gives every message one end: handled, or dead-lettered. Delivery is at least once: a crash between
 * handling and saving delivers the same messages again.
 */
export class ConsumerCore {
  readonly #options: ConsumerOptions;
  readonly #offsets: Map<string, number>;
  readonly #line: LineUp;
  /** The offsets as the store has them. */
  #saved: Map<string, number>;
  /** The offsets as the group has them. */
  #shown: Map<string, number> | null = null;
  #turns = 0;
  #tookMs = 0;

  constructor(options: ConsumerOptions) {
    this.#options = options;
    const { offsets, parked } = options.store.load();
    const places = options.topics.flatMap((topic) =>
      options.partitions.map((partition) => placeOf(topic, partition)),
    );
    this.#offsets = new Map(places.map((place) => [place, offsets.get(place) ?? 0]));
    this.#saved = new Map(this.#offsets);
    this.#line = new LineUp(parked);
  }

  /** How many messages wait, and when the next of them is due (epoch ms, null when none waits). */
  get parked(): { count: number; nextAt: number | null } {
    return { count: this.#line.size, nextAt: this.#line.nextAt() };
  }

  /** How long the last turn had to do with what it had, in ms, without the wait for it. */
  get tookMs(): number {
    return this.#tookMs;
  }

  /** How many requests the log has made, where it counts them. */
  get requests(): number {
    return this.#options.log.requests ?? 0;
  }

  /**
   * One turn: what is due among the parked, then what is new, waiting up to `waitMs` for it.
   * @returns how many messages were handed over
   * @throws Unavailable when the log does not answer; nothing is lost, the turn is tried again. After any
   *   other error this object is ahead of its store: build a new one over the store.
   */
  async turn(waitMs: number): Promise<number> {
    const retried = await this.#work(this.#line.takeDue(this.#options.clock(), MAX_BATCH));
    if (this.isHoldingBack) return retried;
    const fetched = await this.#fetch(retried > 0 ? 0 : this.#boundedWait(waitMs));
    return retried + (await this.#work(this.#line.admit(fetched)));
  }

  /** While a backend is down or too many wait, fetching more would only move the queue to here. */
  get isHoldingBack(): boolean {
    return this.#line.has("unavailable") || this.#readable().length === 0;
  }

  /**
   * The topics of which not too many wait. Each has a limit of its own: what the early ones of one topic
   * wait for may be in another, which must be read on.
   */
  #readable(): string[] {
    const counts = this.#line.countByTopic();
    return this.#options.topics.filter((topic) => (counts.get(topic) ?? 0) < MAX_PARKED_PER_TOPIC);
  }

  #boundedWait(waitMs: number): number {
    const due = this.#line.nextAt();
    return due === null ? waitMs : Math.max(0, Math.min(waitMs, due - this.#options.clock()));
  }

  async #fetch(waitMs: number): Promise<LogRecord[]> {
    const { log, partitions } = this.#options;
    // From another one on each time: a batch has a limit, and what is asked for first may be served first.
    this.#turns = (this.#turns + 1) % partitions.length;
    const inTurn = [...partitions.slice(this.#turns), ...partitions.slice(0, this.#turns)];
    const positions = positionsIn(this.#readable(), inTurn, this.#offsets);
    // What is beyond the limit is fetched again: offsets move only for what is taken.
    const records = (await log.fetch(positions, waitMs)).slice(0, MAX_BATCH);
    for (const { topic, partition, offset } of records) {
      const place = placeOf(topic, partition);
      this.#offsets.set(place, Math.max(offset + 1, this.#offsets.get(place) ?? 0));
    }
    return records;
  }

  /** Hands messages over round by round, one of each key in a round, and saves what came of it. */
  async #work(waiting: Parked[]): Promise<number> {
    if (waiting.length === 0) {
      this.#saveIfChanged();
      return 0;
    }
    const { clock } = this.#options;
    const startedAt = clock();
    let handled = 0;
    for (let round = this.#line.nextRound(waiting); round.length > 0; round = this.#line.nextRound(waiting)) {
      handled += round.length;
      const outcomes = await this.#handOver(round);
      for (const [index, message] of round.entries()) await this.#settle(message, outcomes[index]!);
    }
    this.#line.parkRest(waiting);
    this.#saveIfChanged();
    this.#tookMs = clock() - startedAt;
    return handled;
  }

  async #handOver(round: Parked[]): Promise<Outcome[]> {
    const outcomes: (Outcome | null)[] = round.map(() => null);
    const batch: Envelope[] = [];
    const places: number[] = [];
    for (const [index, message] of round.entries()) {
      const topic = topicOf(message.topic);
      const parsed = topic
        ? parseEnvelope(topic, message.value)
        : { ok: false as const, error: "unknown topic" };
      if (parsed.ok) places[batch.push(parsed.envelope) - 1] = index;
      else outcomes[index] = { kind: "rejected", detail: parsed.error };
    }
    const answers = await this.#tryBatch(batch);
    for (const [n, answer] of answers.entries()) outcomes[places[n]!] = answer;
    return outcomes.map((outcome) => outcome ?? { kind: "rejected", detail: "the handler gave no answer" });
  }

  async #tryBatch(batch: Envelope[]): Promise<Outcome[]> {
    if (batch.length === 0) return [];
    try {
      return await this.#options.handle(batch);
    } catch (error) {
      if (error instanceof Unavailable)
        return batch.map(() => ({ kind: "unavailable", detail: error.message }));
      const detail = describeError(error);
      this.#options.logger.error("handler threw", { error: detail, messages: batch.length });
      if (batch.length === 1) return [{ kind: "rejected", detail }];
    }
    const answers: Outcome[] = [];
    for (const message of batch) answers.push(...(await this.#tryBatch([message])));
    return answers;
  }

  async #settle(message: Parked, outcome: Outcome): Promise<void> {
    const { clock, logger, random } = this.#options;
    if (outcome.kind === "done") return this.#line.remove(message);
    const attempts = message.because === outcome.kind ? message.attempts + 1 : 1;
    const isDead = attempts >= MAX_ATTEMPTS[outcome.kind];
    if (isDead && (await this.#deadLetter(message, attempts, outcome.detail)))
      return this.#line.remove(message);
    if (attempts === 1 || outcome.kind === "rejected") {
      const { topic, key, offset } = message;
      logger.warn("parked", { because: outcome.kind, detail: outcome.detail, topic, key, offset, attempts });
    }
    const nextAt = clock() + delayMs(outcome.kind, attempts, random());
    this.#line.park({ ...message, because: outcome.kind, attempts, nextAt, detail: outcome.detail });
  }

  async #deadLetter(message: Parked, attempts: number, error: string): Promise<boolean> {
    const topic = topicOf(message.topic);
    const { log, group, logger } = this.#options;
    const { partition } = message;
    const letter = {
      consumer: group,
      sourceTopic: message.topic,
      sourcePartition: partition,
      sourceOffset: message.offset,
      error,
      attempts,
      value: message.value,
    };
    try {
      if (topic) {
        const dead = {
          topic: deadLetterTopic(topic),
          partition,
          key: message.key,
          value: letterValue(letter),
        };
        await log.produce([dead]);
      }
    } catch (cause) {
      logger.warn("dead letter not written yet", { topic: message.topic, error: describeError(cause) });
      return false;
    }
    logger.error("dead-lettered", {
      topic: message.topic,
      key: message.key,
      offset: message.offset,
      error,
      attempts,
    });
    return true;
  }

  #saveIfChanged(): void {
    const change = this.#line.changes();
    // A turn moves a few of them, and each is a row.
    const moved = [...this.#offsets].filter(([place, offset]) => this.#saved.get(place) !== offset);
    if (moved.length === 0 && change.parked.length === 0 && change.unparked.length === 0) return;
    this.#options.store.save({ offsets: new Map(moved), ...change });
    this.#saved = new Map(this.#offsets);
  }

  /** Shows new progress to whoever watches the lag. Best effort: nothing is read back. */
  async commit(): Promise<void> {
    if (this.#shown === this.#saved) return;
    const { log, group, topics, partitions } = this.#options;
    const saved = this.#saved;
    await log.commit(group, positionsIn(topics, partitions, saved));
    this.#shown = saved;
  }
}

function positionsIn(topics: string[], partitions: number[], offsets: Map<string, number>): Position[] {
  return partitions.flatMap((partition) =>
    topics.map((topic) => ({ topic, partition, offset: offsets.get(placeOf(topic, partition))! })),
  );
}
