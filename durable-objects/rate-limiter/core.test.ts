import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Buckets } from "./core.ts";

const limit = { burst: 10, refillMs: 1_000 };
const takeMany = (buckets: Buckets, count: number, now: number, key = "k") =>
  Array.from({ length: count }, () => buckets.take(key, limit, now)).filter(({ ok }) => ok).length;

describe("a bucket", () => {
  it("gives its burst and no more, then a token each time one has come back", () => {
    const buckets = new Buckets();
    expect(takeMany(buckets, 20, 0)).toBe(10);
    expect(takeMany(buckets, 5, 999)).toBe(0);
    expect(takeMany(buckets, 5, 1_000)).toBe(1);
    expect(takeMany(buckets, 5, 4_000)).toBe(3);
    expect(takeMany(buckets, 20, 1_000_000)).toBe(10);
  });

  it("says when the next token is there; whoever comes then gets it", () => {
    const buckets = new Buckets();
    takeMany(buckets, 10, 0);
    expect(buckets.take("k", limit, 400)).toEqual({ ok: false, retryAfterMs: 600 });
    expect(buckets.take("k", limit, 1_000)).toEqual({ ok: true });
  });

  it("is nobody else's", () => {
    const buckets = new Buckets();
    takeMany(buckets, 10, 0, "mine");
    expect(takeMany(buckets, 10, 0, "yours")).toBe(10);
  });

  it("goes on from what was stored of it", () => {
    expect(new Buckets().take("k", limit, 0, 10_000)).toEqual({ ok: false, retryAfterMs: 1_000 });
    expect(new Buckets().take("k", limit, 5_000, 10_000)).toEqual({ ok: true });
  });

  it("is forgotten when it is full, and not before", () => {
    const buckets = new Buckets();
    takeMany(buckets, 2, 0);
    buckets.forgetFull(1_999);
    expect(buckets.knows("k")).toBe(true);
    buckets.forgetFull(2_000);
    expect(buckets.knows("k")).toBe(false);
  });

  it("never gives more than its burst and what has come back, whatever the pace", () => {
    const waits = fc.array(fc.integer({ min: 0, max: 3_000 }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(waits, (steps) => {
        const buckets = new Buckets();
        let [now, given] = [0, 0];
        for (const step of steps) {
          now += step;
          given += takeMany(buckets, 3, now);
          if (given > limit.burst + now / limit.refillMs) return false;
        }
        return true;
      }),
    );
  });
});
