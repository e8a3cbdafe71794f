import { setTimeout as delay } from "node:timers/promises";
import { within } from "#shared/within.ts";
import { seatId } from "../wire.ts";
import { type Asked, GrantChecker } from "./checker.ts";
import { type Connections, connectionsOf } from "./connections.ts";
import type { Job, JobResult } from "./job.ts";
import { type Workload, workloadOf } from "./workload.ts";

/** A request that is not answered for so long was lost. */
const ANSWER_LIMIT_MS = 20_000;

/** Runs a job: a fixed number of requests is under way at any time, until the time is over; then nothing is. */
export async function drive(job: Job): Promise<JobResult> {
  const connections = await connectionsOf(job);
  const checker = new GrantChecker(job.grants ? job.events.length : 0, job.seats);
  const run = new Run(job, connections, checker);
  try {
    if (job.perSecond !== null) await run.paced(job.perSecond);
    else await Promise.all(Array.from({ length: job.inFlight }, (_, slot) => run.slot(slot)));
  } catch (error) {
    checker.violations.push(String(error));
  } finally {
    connections.close();
  }
  checker.finish();
  if (job.grants) {
    for (const [event, name] of job.events.entries()) checker.compare(event, await taken(job, name));
  }
  return run.result();
}

class Run {
  readonly #job: Job;
  readonly #workload: Workload;
  readonly #connections: Connections;
  readonly #checker: GrantChecker;
  readonly #begin: number;
  readonly #end: number;
  readonly #latencies: number[] = [];
  readonly #answeredAt: number[] = [];
  #granted = 0;
  #lastAt = 0;
  #releases = 0;

  constructor(job: Job, connections: Connections, checker: GrantChecker) {
    this.#job = job;
    this.#workload = workloadOf(job);
    this.#connections = connections;
    this.#checker = checker;
    this.#begin = performance.now() + job.warmUpMs;
    this.#end = this.#begin + job.measuredMs;
  }

  async slot(slot: number): Promise<void> {
    for (;;) {
      const sentAt = performance.now();
      if (sentAt >= this.#end) return;
      const locks = this.#take();
      if (locks.length === 0) return;
      const got = await this.#exchange(slot, locks, sentAt);
      if (this.#job.grants && this.#job.hotSeats !== null)
        for (const lock of got) await this.#giveBack(slot, lock);
    }
  }

  /** One after another at an even rate; late ones go out at once. */
  async paced(perSecond: number): Promise<void> {
    const begun = performance.now();
    const exchanges: Promise<unknown>[] = [];
    for (;;) {
      const dueAt = begun + (exchanges.length * 1000) / perSecond;
      if (dueAt >= this.#end) break;
      if (dueAt > performance.now()) await delay(dueAt - performance.now());
      // From when it was due: a generator that is late must not hide what a buyer waits.
      exchanges.push(this.#exchange(exchanges.length % this.#job.inFlight, this.#take(), dueAt));
    }
    await Promise.all(exchanges);
  }

  #take(): Asked[] {
    const locks: Asked[] = [];
    while (locks.length < (this.#job.batch ?? 1)) {
      const lock = this.#workload.next(locks[0]?.event);
      if (!lock) break;
      locks.push(lock);
    }
    return locks;
  }

  /** @returns the locks that were granted */
  async #exchange(slot: number, locks: Asked[], sentAt: number): Promise<Asked[]> {
    for (const lock of locks) this.#checker.sent(lock);
    const sent = this.#connections.send(slot, locks[0]!.event, locks);
    const replies = await within(ANSWER_LIMIT_MS, sent);
    const now = performance.now();
    const counts = now >= this.#begin && now < this.#end;
    const granted: Asked[] = [];
    if (this.#job.perSecond !== null) this.#answeredAt.push(performance.timeOrigin + now);
    for (const reply of replies) {
      const asked = this.#checker.answered(reply);
      if (counts) this.#latencies.push(now - sentAt);
      if (asked && reply.outcome === "LOCKED") granted.push(asked);
    }
    if (counts) {
      this.#granted += granted.length;
      this.#lastAt = now;
    }
    return granted;
  }

  async #giveBack(slot: number, { id, event, seats }: Asked): Promise<void> {
    // Below zero, so that it is no lock's id.
    this.#releases++;
    const release: Asked = { id: -this.#releases, event, type: "release", buyer: id, seats };
    this.#checker.sent(release);
    const replies = await within(ANSWER_LIMIT_MS, this.#connections.send(slot, event, [release]));
    for (const reply of replies) this.#checker.answered(reply);
  }

  result(): JobResult {
    const { measuredMs, hotSeats, grants } = this.#job;
    const sorted = this.#latencies.sort((a, b) => a - b);
    const rank = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
    // Where seats ran out, the time until the last answer counts.
    const isShort = this.#workload.next(undefined) === undefined;
    const seconds = (isShort ? this.#lastAt - this.#begin : measuredMs) / 1000;
    const { violations } = this.#checker;
    if (grants && hotSeats === null && this.#checker.refused > 0) {
      violations.push(`${this.#checker.refused} locks of free seats were refused`);
    }
    if (sorted.length === 0) violations.push("no lock was answered in the measured time");
    return {
      locksPerSecond: sorted.length / seconds,
      grantedPerSecond: this.#granted / seconds,
      p50: rank(0.5),
      p99: rank(0.99),
      locks: sorted.length,
      answeredAt: this.#answeredAt,
      violations,
    };
  }
}

async function taken({ base, seats }: Job, event: string): Promise<number[]> {
  const positions = new Map(Array.from({ length: seats }, (_, position) => [seatId(position), position]));
  const response = await fetch(`${base}/${event}`);
  const ids = (await response.json()) as string[];
  return ids.map((id) => positions.get(id) ?? -1);
}
