import type { Clock } from "#shared/clock.ts";
import type { Envelope } from "#shared/saga/envelope.ts";
import { DONE, type Outcome } from "#shared/saga/handlers.ts";
import { EventConsumer } from "../object.ts";
import { MemoryLog } from "./memory-log.ts";

/** What the tests set and see; they run in the Worker's own isolate. */
export const world = {
  /** Ahead of the runtime's own clock, so that no alarm runs by itself. */
  now: Date.now() + 365 * 86_400_000,
  log: new MemoryLog(),
  /** The ids of what was handed over. */
  seen: [] as string[],
  answer: (_: Envelope): Outcome => DONE,
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

  protected topicLog() {
    return world.log;
  }

  protected handler() {
    return async (batch: Envelope[]) => {
      world.seen.push(...batch.map(({ id }) => id));
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
