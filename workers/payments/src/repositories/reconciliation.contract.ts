import { beforeEach, describe, expect, it } from "vitest";
import type { Cursor, Reconciliation } from "./reconciliation.ts";

/** The invariants of {@link Reconciliation}, for any implementation. `empty` gives one that has read nothing yet. */
export function describeReconciliation(name: string, empty: () => Promise<Reconciliation>): void {
  let reconciliation: Reconciliation;
  beforeEach(async () => {
    reconciliation = await empty();
  });
  const first: Cursor = { _id: "intents", from: 0, to: 600, after: null, rev: 1 };

  describe(`${name}: how far a list has been read`, () => {
    it("is nowhere at first", async () => {
      expect(await reconciliation.find("intents")).toBeNull();
    });

    it("is kept, each list by itself", async () => {
      expect(await reconciliation.write(first)).toBe(true);
      expect(await reconciliation.find("intents")).toEqual(first);
      expect(await reconciliation.find("refunds")).toBeNull();
      const next: Cursor = { ...first, after: "pi_100", rev: 2 };
      expect(await reconciliation.write(next)).toBe(true);
      expect(await reconciliation.find("intents")).toEqual(next);
    });

    it("is moved on by the first of several readers alone", async () => {
      const begun = await Promise.all([first, first, first].map((each) => reconciliation.write(each)));
      expect(begun.filter(Boolean)).toHaveLength(1);
      const next: Cursor = { ...first, from: 600, to: 1_200, rev: 2 };
      expect(await reconciliation.write(next)).toBe(true);
      expect(await reconciliation.write({ ...next, from: 0 })).toBe(false);
      expect(await reconciliation.find("intents")).toEqual(next);
    });
  });
}
