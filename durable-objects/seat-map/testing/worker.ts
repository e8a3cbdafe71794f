import type { Clock } from "#shared/clock.ts";
import { SeatMapObject } from "../object.ts";
import type { SeatAnswer } from "../rpc.ts";

export const LOCK_TTL_MS = 300_000;

/** What the tests set and see; they run in the Worker's own isolate. */
export const world = {
  now: Date.now(),
  publisherIsDown: false,
  published: [] as SeatAnswer[],
};

/** A SeatMap whose answers are collected, and whose clock the tests move. */
export class TestSeatMap extends SeatMapObject<Cloudflare.Env> {
  protected override async publish(answers: SeatAnswer[]): Promise<void> {
    if (world.publisherIsDown) throw new Error("the publisher is down");
    world.published.push(...answers);
  }

  protected override config() {
    return { lockTtlMs: LOCK_TTL_MS };
  }

  protected override clock(): Clock {
    return () => world.now;
  }
}

export default {
  fetch: () => new Response("this Worker only carries the test object", { status: 404 }),
};
