import { DurableObject } from "cloudflare:workers";
import { type Clock, systemClock } from "#shared/clock.ts";
import { describeError, type Logger } from "#shared/observability/log.ts";
import { nextSweepMs } from "./pace.ts";
import type { SweeperRpc } from "./rpc.ts";

/**
 * One object a service that finishes what others left: unsent outbox rows, passed deadlines, an undo
 * that is not clear. Its alarm never throws and always plans the next one.
 */
export abstract class Sweeper<Env> extends DurableObject<Env> implements SweeperRpc {
  /** How many sweeps in a row have failed. */
  #failures = 0;

  /** One sweep: bounded work, safe to repeat. May throw; the next sweep goes on. */
  protected abstract sweep(now: number): Promise<void>;
  protected abstract logger(): Logger;

  protected clock(): Clock {
    return systemClock;
  }

  /** 0..1, for jitter. */
  protected random(): number {
    return Math.random();
  }

  async poke(): Promise<void> {
    await this.ctx.storage.setAlarm(this.clock()());
  }

  override async alarm(): Promise<void> {
    try {
      await this.sweep(this.clock()());
      this.#failures = 0;
    } catch (error) {
      this.#failures += 1;
      this.logger().warn("sweep failed", { error: describeError(error), failures: this.#failures });
    } finally {
      await this.ctx.storage.setAlarm(this.clock()() + nextSweepMs(this.#failures, this.random()));
    }
  }
}
