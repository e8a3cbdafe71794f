import type { Clock } from "#shared/clock.ts";
import { Sweeper } from "../object.ts";

/** What the tests set and see; they run in the Worker's own isolate. */
export const world = {
  /** Ahead of the runtime's own clock, so that no alarm runs by itself. */
  now: Date.now() + 365 * 86_400_000,
  random: 0.5,
  error: null as Error | null,
  /** When each sweep was. */
  sweeps: [] as number[],
};

/** A sweeper that notes its sweeps, and fails when it is told to. */
export class TestSweeper extends Sweeper<Cloudflare.Env> {
  protected async sweep(now: number) {
    world.sweeps.push(now);
    if (world.error) throw world.error;
  }

  protected override clock(): Clock {
    return () => world.now;
  }

  protected override random(): number {
    return world.random;
  }

  protected logger() {
    return { info() {}, warn() {}, error() {} };
  }
}
