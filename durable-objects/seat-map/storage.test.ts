import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { rowHash } from "./core/chain.ts";
import { MemoryStorage } from "./storage/memory.ts";
import { SqliteStorage } from "./storage/sqlite.ts";
import { confirm, lock, planOf } from "./testing/commands.ts";
import { nodeSqlite } from "./testing/node-sqlite.ts";
import { dump, LOCK_TTL_MS, Rig } from "./testing/rig.ts";
import { describeStorage } from "./testing/storage-contract.ts";

describeStorage("in memory", () => new MemoryStorage());
describeStorage("in SQLite", () => new SqliteStorage(nodeSqlite()));

describe("SQLite", () => {
  function sold() {
    const database = new DatabaseSync(":memory:");
    const rig = new Rig(new SqliteStorage(nodeSqlite(database)));
    rig.open(planOf(5));
    rig.do(lock("bkg_1", ["A-1"], 2));
    rig.do(confirm("bkg_1"));
    return { database, rig, wake: () => new Rig(new SqliteStorage(nodeSqlite(database))) };
  }

  it("is found by the next wake, from the log and from a snapshot", () => {
    const { rig, wake } = sold();
    expect(dump(wake().map.state)).toBe(dump(rig.map.state));
    rig.snapshot();
    expect(dump(wake().map.state)).toBe(dump(rig.map.state));
    expect(wake().map.epoch).toBe(rig.map.epoch + 3);
  });

  it("is found from a snapshot of before there were blocks, which the next one replaces", () => {
    const { rig, wake } = sold();
    const refused = rig.do(lock("bkg_2", ["A-1", "A-2"]));
    expect(refused.outcome).toBe("REFUSED");
    const stamps = (...seqs: number[]) => {
      return { seq: seqs, epoch: seqs.map(Math.sign), at: seqs.map((seq) => Math.sign(seq) * rig.reading) };
    };
    const { clock, planDigest } = rig.map.state;
    const body = JSON.stringify({
      ...{ version: 1, seq: 4, clock, closed: false, planVersion: 1, planDigest },
      ...{ kind: ["booking", "booking"], id: ["bkg_1", "bkg_2"], userId: ["usr_of_bkg_1", "usr_of_bkg_2"] },
      ...{
        status: ["RESERVED", "REFUSED"],
        places: [[0, 5, 6], []],
        expiresAt: [rig.reading + LOCK_TTL_MS, 0],
      },
      ...{ lock: stamps(2, 4), reserve: stamps(3, 0), confirmRefusal: stamps(0, 0), release: stamps(0, 0) },
      refusals: [[1, { reason: "SEATS_TAKEN", requested: [0, 1], unavailable: [0], unknown: [] }]],
      ...{ confirmReasons: [], causes: [] },
    });
    rig.storage.commit({ rows: [], snapshot: { ...rig.storage.head(), body, blocks: [] } });
    const next = wake();
    expect(dump(next.map.state)).toBe(dump(rig.map.state));
    next.snapshot();
    expect([...next.storage.snapshot()!.blocks]).toHaveLength(1);
    expect(dump(wake().map.state)).toBe(dump(rig.map.state));
  });

  it.each([
    [
      "an entry",
      "UPDATE log SET entries = replace(entries, 'A-1', 'A-2') || ' ' WHERE first_seq = 2",
      "broken",
    ],
    ["an epoch", "UPDATE log SET epoch = 7 WHERE first_seq = 2", "broken"],
    ["a row that is gone", "DELETE FROM log WHERE first_seq = 2", "broken"],
    [
      "the plan",
      "UPDATE document_piece SET bytes = cast(replace(bytes, 'A-1', 'A-7') AS BLOB)",
      "stored plan",
    ],
  ])("does not wake over %s that was tampered with", (_, tamper, error) => {
    const { database, wake } = sold();
    database.exec(tamper);
    expect(wake).toThrow(error);
  });

  it("does not wake over a row that was replaced by a sound one of another history", () => {
    const { database, rig, wake } = sold();
    const [row] = rig.storage.rows(2, 1);
    const forged = { ...row!, entries: row!.entries.replace("bkg_1", "bkg_9") };
    database
      .prepare("UPDATE log SET entries = ?, hash = ? WHERE first_seq = 2")
      .run(forged.entries, rowHash(forged));
    expect(wake).toThrow("the row at 3 does not follow entry 2");
  });

  it.each([
    [
      "holds a kind of entry that this version does not know",
      (entries: string) => entries.replace("LOCKED", "GIVEN"),
      "entry 2 is of an unknown kind: GIVEN",
    ],
    ["holds fewer entries than it says", () => "[]", "the row at 2 does not end at 2"],
  ])("does not wake over a row with a sound hash that %s", (_, forge, error) => {
    const { database, rig, wake } = sold();
    const [row] = rig.storage.rows(2, 1);
    const forged = { ...row!, entries: forge(row!.entries) };
    database
      .prepare("UPDATE log SET entries = ?, hash = ? WHERE first_seq = 2")
      .run(forged.entries, rowHash(forged));
    expect(wake).toThrow(error);
  });

  it("does not wake over a damaged snapshot, or over a log cut off behind one", () => {
    const { database, rig, wake } = sold();
    rig.snapshot();
    database.exec("UPDATE log SET hash = 'x' WHERE first_seq = 3");
    expect(wake).toThrow("ends at");
    database.exec("UPDATE document_piece SET bytes = cast(bytes || ' ' AS BLOB) WHERE name = 'snapshot'");
    expect(wake).toThrow("damaged");
  });

  it("does not wake over a snapshot whose decisions are damaged, or lack a block", () => {
    const { database, rig, wake } = sold();
    rig.snapshot();
    database.exec("UPDATE document_piece SET bytes = cast(bytes || ' ' AS BLOB) WHERE name = 'decisions/0'");
    expect(wake).toThrow("block 0 of the snapshot is damaged");
    database.exec("DELETE FROM document_piece WHERE name = 'decisions/0'");
    expect(wake).toThrow("the snapshot has 0 decisions of 1");
  });

  /** All rows of a sale archived, handed on, and gone. */
  function forgotten() {
    const it = sold();
    it.rig.snapshot();
    it.rig.archiveRows();
    it.rig.saveCursors();
    it.rig.forget();
    return it;
  }

  it("is found by the next wake from its snapshot alone, and goes on from there", () => {
    const { rig, wake } = forgotten();
    expect(rig.storage.rows(1, 10)).toEqual([]);
    const next = wake();
    expect(dump(next.map.state)).toBe(dump(rig.map.state));
    expect(next.storage.head()).toEqual(rig.storage.head());
    expect([next.storage.archivedSeq(), next.storage.forgottenSeq()]).toEqual([3, 3]);
    next.do(lock("bkg_2", ["A-2"]));
    const [row] = next.storage.rows(1, 10);
    expect(row).toMatchObject({ firstSeq: 4, prevHash: rig.archive.hash });
    expect(dump(wake().map.state)).toBe(dump(next.map.state));
  });

  it("does not wake over a log that ends before what was handed on", () => {
    const { database, wake } = sold();
    const rig = wake();
    rig.archiveRows();
    rig.saveCursors();
    database.exec("DELETE FROM log WHERE first_seq = 3");
    expect(wake).toThrow("the log ends at 2, but was handed on up to 3");
  });

  it("does not wake where rows are gone that no snapshot has", () => {
    const { database, rig, wake } = forgotten();
    rig.do(lock("bkg_2", ["A-2"]));
    rig.do(lock("bkg_3", ["A-3"]));
    database.exec("DELETE FROM log WHERE first_seq = 4");
    expect(wake).toThrow("the row at 5 does not follow entry 3");
  });

  it("of the version before is archived from its first row on", () => {
    const { database, rig, wake } = sold();
    database.exec("ALTER TABLE progress DROP COLUMN archived_seq; DELETE FROM migration WHERE version > 5");
    const next = wake();
    expect(dump(next.map.state)).toBe(dump(rig.map.state));
    expect(next.storage.archivedSeq()).toBe(0);
    next.archiveRows();
    next.saveCursors();
    expect(next.archive.rows).toEqual(rig.storage.rows(1, 10));
    expect(wake().storage.archivedSeq()).toBe(3);
  });

  it("rolls a commit back that fails half-way", () => {
    const { database, rig } = sold();
    database.exec(
      "CREATE TRIGGER full BEFORE INSERT ON document_piece BEGIN SELECT RAISE(ABORT, 'full'); END",
    );
    const before = rig.storage.rows(1, 10);
    expect(() => rig.storage.commit({ rows: [], plan: "new", publishedSeq: 3 })).toThrow("full");
    expect(rig.storage.rows(1, 10)).toEqual(before);
    expect(rig.storage.publishedSeq()).toBe(0);
    expect(JSON.parse(rig.storage.plan()!)).toEqual(planOf(5));
  });
});
