import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { KillablePlatform } from "../support/killable-platform.ts";
import { runRound } from "./round.ts";

/** A cold start, a warm one and a settling, on a machine that runs other tests as well. */
const LIMIT_MS = 180_000;

describe("a platform that is killed with -9 while bookings are PENDING", () => {
  let platform: KillablePlatform;

  beforeAll(async () => {
    platform = await KillablePlatform.make();
    await platform.start();
  }, LIMIT_MS);

  afterAll(() => platform?.takeAway(), LIMIT_MS);

  it(
    "ends every booking once it is started again, and all stores agree",
    async () => {
      const accepted: string[] = [];
      // An odd round: it kills as soon as a PENDING booking is seen.
      const report = await runRound(platform, { index: 1, seed: 1, accepted });
      expect(report.problems).toEqual([]);
      expect(accepted.length).toBeGreaterThan(0);
    },
    LIMIT_MS,
  );
});
