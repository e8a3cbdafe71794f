import { describe, expect, it } from "vitest";
import type { LedgerRow } from "#shared/rpc/inventory.ts";
import { chainRows } from "../core/chain.ts";
import type { DecisionBlock } from "../core/decision-list.ts";
import { ROWS_FORGOTTEN_PER_COMMIT, type SeatMapStorage } from "../storage/storage.ts";

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
      const snapshot = { seq: 2, hash: next.hash, body: "state at 2", blocks: [] };
      expect(() => storage.commit({ rows: [], snapshot })).toThrow();
      storage.commit({ rows: [next], snapshot });
      storage.commit({ rows: [row(storage, 1)] });
      const { blocks, ...kept } = storage.snapshot()!;
      expect({ ...kept, blocks: [...blocks] }).toEqual(snapshot);
      expect(() => storage.commit({ rows: [], snapshot })).toThrow();
    });

    it("keeps the blocks of a snapshot whole, and each until a later snapshot has another", () => {
      const storage = storageOf();
      const block = (position: number, size: number) => ({
        position,
        bytes: new Uint8Array(size).fill(size),
      });
      const take = (...blocks: DecisionBlock[]) => {
        storage.commit({ rows: [row(storage, 1)] });
        storage.commit({ rows: [], snapshot: { ...storage.head(), body: "state", blocks } });
      };
      const blocks = () => [...storage.snapshot()!.blocks];
      const kept = () => blocks().map(({ position, bytes }) => [position, bytes.length]);
      // More than ten of them, and one that is cut into pieces.
      take(...Array.from({ length: 12 }, (_, position) => block(position, position + 1)));
      take(block(1, 1_300_001), block(12, 99));
      expect(kept()).toEqual([1, 1_300_001, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 99].map((size, n) => [n, size]));
      expect(blocks()[1]).toEqual(block(1, 1_300_001));
      take(block(1, 3));
      expect(kept()[1]).toEqual([1, 3]);
      expect(blocks()[12]).toEqual(block(12, 99));
    });

    it("moves the cursor forward, and never past the head", () => {
      const storage = storageOf();
      storage.commit({ rows: [row(storage, 3)], publishedSeq: 2 });
      expect(storage.publishedSeq()).toBe(2);
      expect(() => storage.commit({ rows: [], publishedSeq: 1 })).toThrow();
      expect(() => storage.commit({ rows: [], publishedSeq: 4 })).toThrow();
      expect(storage.publishedSeq()).toBe(2);
    });

    it("moves the archive's cursor by the same rules, and each on its own", () => {
      const storage = storageOf();
      storage.commit({ rows: [row(storage, 3)], archivedSeq: 3 });
      storage.commit({ rows: [], publishedSeq: 1 });
      expect([storage.archivedSeq(), storage.publishedSeq()]).toEqual([3, 1]);
      expect(() => storage.commit({ rows: [], archivedSeq: 2 })).toThrow();
      expect(() => storage.commit({ rows: [], archivedSeq: 4 })).toThrow();
      expect(storage.archivedSeq()).toBe(3);
    });

    /** Rows of 2, 1 and 3 entries, with a snapshot of the last. */
    const written = (storage: SeatMapStorage) => {
      const rows = [2, 1, 3].map((entries) => {
        const next = row(storage, entries);
        storage.commit({ rows: [next] });
        return next;
      });
      storage.commit({ rows: [], snapshot: { ...storage.head(), body: "state at 6", blocks: [] } });
      return rows;
    };

    it("forgets whole rows at the front, and goes on from its head when none is left", () => {
      const storage = storageOf();
      const rows = written(storage);
      expect([storage.snapshotSeq(), storage.forgottenSeq()]).toEqual([6, 0]);
      storage.commit({ rows: [], publishedSeq: 6, archivedSeq: 6 });
      storage.commit({ rows: [], forgetTo: 4 });
      expect(storage.rows(1, 10)).toEqual(rows.slice(2));
      expect(storage.forgottenSeq()).toBe(3);
      storage.commit({ rows: [], forgetTo: 6 });
      expect(storage.rows(1, 10)).toEqual([]);
      expect(storage.head()).toEqual({ seq: 6, hash: rows[2]!.hash });
      expect(storage.forgottenSeq()).toBe(6);
      const next = row(storage, 1);
      expect(next).toMatchObject({ firstSeq: 7, prevHash: rows[2]!.hash });
      storage.commit({ rows: [next], forgetTo: 6 });
      expect(storage.rows(1, 10)).toEqual([next]);
      expect(storage.forgottenSeq()).toBe(6);
    });

    it("forgets nothing that the archive, the saga or the snapshot may need", () => {
      const storage = storageOf();
      const rows = written(storage);
      const refused = (needed: object, forgetTo: number) =>
        expect(() => storage.commit({ rows: [], ...needed, forgetTo })).toThrow("cannot go");
      refused({}, 1);
      refused({ archivedSeq: 6 }, 6);
      refused({ publishedSeq: 6 }, 6);
      refused({ archivedSeq: 6, publishedSeq: 3 }, 4);
      expect(storage.rows(1, 10)).toEqual(rows);
      const [later, cursors] = [row(storage, 1), { archivedSeq: 7, publishedSeq: 7 }];
      expect(() => storage.commit({ rows: [later], ...cursors, forgetTo: 7 })).toThrow("cannot go");
      storage.commit({ rows: [later], ...cursors, forgetTo: 6 });
      expect(storage.rows(1, 10)).toEqual([later]);
    });

    it("forgets a bounded number of rows a commit", () => {
      const storage = storageOf();
      for (let n = 0; n < ROWS_FORGOTTEN_PER_COMMIT + 2; n++) storage.commit({ rows: [row(storage, 1)] });
      const { seq } = storage.head();
      const snapshot = { ...storage.head(), body: "", blocks: [] };
      storage.commit({ rows: [], snapshot, archivedSeq: seq, publishedSeq: seq, forgetTo: seq });
      expect(storage.forgottenSeq()).toBe(ROWS_FORGOTTEN_PER_COMMIT);
      storage.commit({ rows: [], forgetTo: seq });
      expect(storage.forgottenSeq()).toBe(seq);
    });

    it("numbers its epochs upwards", () => {
      const storage = storageOf();
      expect([storage.beginEpoch(), storage.beginEpoch()]).toEqual([1, 2]);
    });
  });
}
