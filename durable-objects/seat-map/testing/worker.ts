import type { Clock } from "#shared/clock.ts";
import { SeatMapObject } from "../object.ts";
import type { LedgerSegment, SeatAnswer } from "../rpc.ts";

export const LOCK_TTL_MS = 300_000;

/** What the tests set and see; they run in the Worker's own isolate. */
export const world = {
  /** Ahead of the runtime's clock, so that no alarm goes off but by a test's word. */
  now: Date.now() + 86_400_000,
  publisherIsDown: false,
  /** The id of the object whose answers are collected: one of an earlier test may still wake by its alarm. */
  watched: "",
  published: [] as SeatAnswer[],
  archiveIsDown: false,
  archived: [] as LedgerSegment[],
};

/** A SeatMap whose answers are collected, and whose clock the tests move. */
export class TestSeatMap extends SeatMapObject<Cloudflare.Env> {
  protected override async publish(answers: SeatAnswer[]): Promise<void> {
    if (world.publisherIsDown) throw new Error("the publisher is down");
    if (this.ctx.id.toString() === world.watched) world.published.push(...answers);
  }

  protected override async archive(segment: LedgerSegment): Promise<void> {
    if (world.archiveIsDown) throw new Error("the archive is down");
    if (this.ctx.id.toString() === world.watched) world.archived.push(segment);
  }

  protected override config() {
    return { lockTtlMs: LOCK_TTL_MS };
  }

  protected override clock(): Clock {
    return () => world.now;
  }
}
