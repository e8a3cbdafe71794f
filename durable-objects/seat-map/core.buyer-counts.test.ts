import { expect, it } from "vitest";
import { BuyerCounts } from "./core/buyer-counts.ts";
import { textHash } from "./core/text-hash.ts";

const NOTHING = { held: 0, total: 0 };

/** Two ids of one hash: among some 60,000 there are two. */
function twins(): [string, string] {
  const known = new Map<number, string>();
  for (let n = 0; ; n++) {
    const id = `usr_${n}`;
    const twin = known.get(textHash(id));
    if (twin) return [twin, id];
    known.set(textHash(id), id);
  }
}

it("counts each buyer's places, those under a lock apart", () => {
  const buyers = new BuyerCounts();
  expect(buyers.of("usr_1")).toEqual(NOTHING);
  buyers.lock("usr_1", 4);
  buyers.lock("usr_1", 2);
  buyers.reserve("usr_1", 4);
  expect(buyers.of("usr_1")).toEqual({ held: 2, total: 6 });
  buyers.free("usr_1", 2, false);
  buyers.free("usr_1", 4, true);
  expect(buyers.of("usr_1")).toEqual(NOTHING);
  buyers.restore("usr_2", 3, false);
  buyers.restore("usr_2", 5, true);
  expect(buyers.of("usr_2")).toEqual({ held: 3, total: 8 });
});

it("tells buyers apart whose ids have one hash", () => {
  const [one, other] = twins();
  const buyers = new BuyerCounts();
  buyers.lock(one, 1);
  expect(buyers.of(other)).toEqual(NOTHING);
  buyers.lock(other, 2);
  expect([buyers.of(one).total, buyers.of(other).total]).toEqual([1, 2]);
});

it("keeps those who have something, however many come and go", () => {
  const buyers = new BuyerCounts();
  for (let n = 0; n < 20_000; n++) {
    buyers.lock(`usr_${n}`, 1 + (n % 5));
    if (n % 3 === 0) buyers.reserve(`usr_${n}`, 1 + (n % 5));
    if (n % 4 !== 0) buyers.free(`usr_${n}`, 1 + (n % 5), n % 3 === 0);
  }
  for (let n = 0; n < 20_000; n++) {
    const total = n % 4 === 0 ? 1 + (n % 5) : 0;
    expect(buyers.of(`usr_${n}`)).toEqual({ held: n % 3 === 0 ? 0 : total, total });
  }
});
