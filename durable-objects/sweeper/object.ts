import { DurableObject } from "cloudflare:workers";
import { systemClock } from "#shared/clock.ts";
import { describeError, type Logger } from "#shared/observability/log.ts";
import type { SweeperRpc } from "./rpc.ts";

/** How often a service looks for what a crash or a lost message left behind. */
const SWEEP_EVERY_MS = 5_000;

/**
 * One object a service that finishes what others left: unsent outbox rows, passed deadlines, an undo
 * that is not clear. Its alarm never throws and always plans the next one.
 */
export abstract class Sweeper<Env> extends DurableObject<Env> implements SweeperRpc {
  /** One sweep: bounded work, safe to repeat. May throw; the next sweep goes on. */
  protected abstract sweep(now: number): Promise<void>;
  protected abstract logger(): Logger;

  async poke(): Promise<void> {
    await this.ctx.storage.setAlarm(systemClock());
  }

  override async alarm(): Promise<void> {
    try {
      await this.sweep(systemClock());
    } catch (error) {
      this.logger().warn("sweep failed", { error: describeError(error) });
    } finally {
      await this.ctx.storage.setAlarm(systemClock() + SWEEP_EVERY_MS);
    }
  }
}
