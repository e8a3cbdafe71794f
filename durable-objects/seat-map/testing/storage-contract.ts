import { describe, expect, it } from "vitest";
import type { LedgerRow } from "#shared/rpc/inventory.ts";
import { chainRows } from "../core/chain.ts";
import type { SeatMapStorage } from "../storage/storage.ts";

/** The invariants of `SeatMapStorage`, for any implementation. */
export function describeStorage(name: string, storageOf: () => SeatMapStorage): void {
  const row = (storage: SeatMapStorage, entries: number, epoch = 1): LedgerRow => {
    const { seq } = storage.head();
    const list = Array.from({ length: entries }, (_, n) => ({
      kind: "CLOSED" as const,
      seq: seq + n + 1,
      at: 5,
    }));
    return chainRows(list, epoch, storage.head())[0]!;
  };

  describe(`storage ${name}`, () => {
    it("starts empty, at the genesis", () => {
      const storage = storageOf();
      expect(storage.head()).toEqual({ seq: 0, hash: "0".repeat(64) });
      expect([storage.plan(), storage.snapshot(), storage.publishedSeq()]).toEqual([undefined, undefined, 0]);
      expect(storage.rows(1, 10)).toEqual([]);
    });

    it("reads rows back as they were written, from the one that holds an entry", () => {
      const storage = storageOf();
      const written: LedgerRow[] = [];
      for (const entries of [2, 1, 3]) {
        const next = row(storage, entries);
        storage.commit({ rows: [next] });
        written.push(next);
      }
      expect(storage.rows(1, 10)).toEqual(written);
      expect(storage.rows(2, 2)).toEqual(written.slice(0, 2));
      expect(storage.rows(3, 10)).toEqual(written.slice(1));
      expect(storage.rows(5, 10)).toEqual(written.slice(2));
      expect(storage.rows(7, 10)).toEqual([]);
      expect(storage.head()).toEqual({ seq: 6, hash: written[2]!.hash });
    });

    it("refuses a row that does not follow, with all that came with it", () => {
      const storage = storageOf();
      const first = row(storage, 1);
      storage.commit({ rows: [first] });
      const gap = { ...row(storage, 1), firstSeq: 3, lastSeq: 3 };
      const strange = { ...row(storage, 1), prevHash: "f".repeat(64) };
      for (const bad of [first, gap, strange]) {
        expect(() =>
          storage.commit({ rows: [row(storage, 1), bad], plan: "lost", publishedSeq: 1 }),
        ).toThrow();
      }
      expect(storage.rows(1, 10)).toEqual([first]);
      expect([storage.plan(), storage.publishedSeq(), storage.head().seq]).toEqual([undefined, 0, 1]);
    });

    it("keeps long documents whole, in any script, and replaces them", () => {
      const storage = storageOf();
      const plan = "Größe 座席 🎟 \u0000".repeat(80_000);
      storage.commit({ rows: [], plan });
      expect(storage.plan()).toBe(plan);
      storage.commit({ rows: [], plan: "{}" });
      expect(storage.plan()).toBe("{}");
    });

    it("takes a snapshot of its head only", () => {
      const storage = storageOf();
      const next = row(storage, 2);
      const snapshot = { seq: 2, hash: next.hash, body: "state at 2" };
      expect(() => storage.commit({ rows: [], snapshot })).toThrow();
      storage.commit({ rows: [next], snapshot });
      storage.commit({ rows: [row(storage, 1)] });
      expect(storage.snapshot()).toEqual(snapshot);
      expect(() => storage.commit({ rows: [], snapshot })).toThrow();
    });

    it("moves the cursor forward, and never past the head", () => {
      const storage = storageOf();
      storage.commit({ rows: [row(storage, 3)], publishedSeq: 2 });
      expect(storage.publishedSeq()).toBe(2);
      expect(() => storage.commit({ rows: [], publishedSeq: 1 })).toThrow();
      expect(() => storage.commit({ rows: [], publishedSeq: 4 })).toThrow();
      expect(storage.publishedSeq()).toBe(2);
    });

    it("numbers its epochs upwards", () => {
      const storage = storageOf();
      expect([storage.beginEpoch(), storage.beginEpoch()]).toEqual([1, 2]);
    });
  });
}
