import type { Clock } from "#shared/clock.ts";
import type { Envelope } from "#shared/saga/envelope.ts";
import { DONE, type Outcome } from "#shared/saga/handlers.ts";
import { EventConsumer } from "../object.ts";
import { MemoryLog } from "./memory-log.ts";

/** How far the second partition of a consumer is from its first. */
export const OTHER = 10_000;

/** What the tests set and see; they run in the Worker's own isolate. */
export const world = {
  /** Ahead of the runtime's own clock, so that no alarm runs by itself. */
  now: Date.now() + 365 * 86_400_000,
  log: new MemoryLog(),
  /** The ids of what was handed over. */
  seen: [] as string[],
  /** The same, by batch. */
  batches: [] as string[][],
  answer: (_: Envelope): Outcome => DONE,
  isPredecessorAway: false,
  warnings: [] as string[],
  random: 0.5,
  /** The object whose alarm handler is under way. */
  running: undefined as TestEventConsumer | undefined,
};

/** Everything as a new test finds it; a poll that finds nothing takes the time that it was to wait. */
export function resetWorld(): void {
  world.log = new MemoryLog();
  world.log.waits = (waitMs) => {
    world.now += waitMs;
  };
  world.seen = [];
  world.batches = [];
  world.isPredecessorAway = false;
  world.answer = () => DONE;
  world.warnings = [];
  world.random = 0.5;
}

/** A consumer of inventory's topics over the world's log, clock and handler. */
export class TestEventConsumer extends EventConsumer<Cloudflare.Env> {
  protected readonly service = "inventory" as const;

  protected override clock(): Clock {
    return () => world.now;
  }

  protected override random(): number {
    return world.random;
  }

  protected override async pause(ms: number): Promise<void> {
    world.now += ms;
  }

  /** A number is an object of before; what reads its partition is called `now-<number>`. */
  protected override partitions(): number[] {
    const [, partition] = /^now-(\d+)$/.exec(this.ctx.id.name ?? "") ?? [];
    return partition === undefined ? [] : [Number(partition), Number(partition) + OTHER];
  }

  protected predecessor(name: string) {
    const { EVENT_CONSUMER } = this.env as unknown as {
      EVENT_CONSUMER: DurableObjectNamespace<TestEventConsumer>;
    };
    if (world.isPredecessorAway) return { estate: () => Promise.reject(new Error("away")) };
    return EVENT_CONSUMER.getByName(name);
  }

  protected topicLog() {
    return world.log;
  }

  protected handler() {
    return async (batch: Envelope[]) => {
      const ids = batch.map(({ id }) => id);
      world.seen.push(...ids);
      world.batches.push(ids);
      return batch.map((message) => world.answer(message));
    };
  }

  protected logger() {
    return { info() {}, error() {}, warn: (message: string) => void world.warnings.push(message) };
  }

  override async alarm(): Promise<void> {
    world.running = this;
    await super.alarm();
    world.running = undefined;
  }
}
