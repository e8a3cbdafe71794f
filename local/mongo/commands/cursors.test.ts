import { type Collection, Long, MongoClient } from "mongodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { codeOf, type Fixture, fixture } from "../fixture.ts";
import { CURSOR_IDLE_MS, MAX_CURSORS } from "../limits.ts";
import { Cursors } from "./cursors.ts";

type Row = { _id: number; pad?: string };

// https://www.mongodb.com/docs/manual/reference/command/getMore/
let server: Fixture;
let rows: Collection<Row>;
let now = Date.now();
beforeAll(async () => {
  server = await fixture({ clock: () => now });
  rows = server.client().db().collection<Row>("rows");
  await rows.insertMany(Array.from({ length: 1000 }, (_, _id) => ({ _id })));
});
afterAll(() => server.stop());

describe("cursors", () => {
  it.each([undefined, 1, 7, 5000])(
    "give all of 1000 documents in order with batch size %s",
    async (batchSize) => {
      const found = await rows.find({}, batchSize ? { batchSize } : {}).toArray();
      expect(found.map(({ _id }) => _id)).toEqual(Array.from({ length: 1000 }, (_, at) => at));
    },
  );

  it("hold what was there when they were opened", async () => {
    const cursor = rows.find({}, { batchSize: 10 });
    await cursor.next();
    await rows.deleteOne({ _id: 999 });
    expect(await cursor.toArray()).toHaveLength(999);
    await rows.insertOne({ _id: 999 });
  });

  it("keep a batch within 16 MB", async () => {
    const big = server.client().db().collection<Row>("big");
    const pad = "x".repeat(6 * 2 ** 20);
    for (const _id of [1, 2, 3]) await big.insertOne({ _id, pad });
    const { cursor } = await server.client().db().command({ find: "big" });
    expect(cursor.firstBatch).toHaveLength(2);
    expect(await big.find().toArray()).toHaveLength(3);
  });

  it("an empty first batch leaves the cursor open, a single batch does not", async () => {
    const db = server.client().db();
    const open = await db.command({ find: "rows", batchSize: 0 });
    expect(open.cursor.firstBatch).toEqual([]);
    expect(Number(open.cursor.id)).not.toBe(0);
    const single = await db.command({ find: "rows", batchSize: 2, singleBatch: true });
    expect(single.cursor.firstBatch).toHaveLength(2);
    expect(Number(single.cursor.id)).toBe(0);
  });

  it("are gone once killed: 43", async () => {
    const db = server.client().db();
    const { cursor } = await db.command({ find: "rows", batchSize: 1 });
    const id = Long.fromNumber(Number(cursor.id));
    const unknown = Long.fromNumber(12345);
    const killed = await db.command({ killCursors: "rows", cursors: [id, unknown] });
    expect(killed.cursorsKilled.map(Number)).toEqual([Number(id)]);
    expect(killed.cursorsNotFound.map(Number)).toEqual([12345]);
    expect(await codeOf(db.command({ getMore: id, collection: "rows" }))).toBe(43);
  });

  it("are not given to another collection or another user: 43", async () => {
    const db = server.client().db();
    const { cursor } = await db.command({ find: "rows", batchSize: 1 });
    const id = Long.fromNumber(Number(cursor.id));
    expect(await codeOf(db.command({ getMore: id, collection: "others" }))).toBe(43);
    const payments = new MongoClient(
      server.uri({ user: "payments", password: "payments-password", database: "payments" }),
    );
    expect(await codeOf(payments.db().command({ getMore: id, collection: "rows" }))).toBe(43);
    await payments.close();
    expect((await db.command({ getMore: id, collection: "rows" })).cursor.nextBatch).toHaveLength(999);
  });

  it("are closed after ten idle minutes, and not before", async () => {
    const db = server.client().db();
    const open = async () =>
      Long.fromNumber(Number((await db.command({ find: "rows", batchSize: 1 })).cursor.id));
    const [first, second] = [await open(), await open()];
    now += CURSOR_IDLE_MS - 1;
    await server.sweep();
    await db.command({ getMore: second, collection: "rows", batchSize: 1 });
    now += 2;
    await server.sweep();
    expect(await codeOf(db.command({ getMore: first, collection: "rows" }))).toBe(43);
    await db.command({ getMore: second, collection: "rows" });
  });

  it("are limited in number", () => {
    const cursors = new Cursors(() => 0);
    const open = () => cursors.open("a.b", [Uint8Array.of(1), Uint8Array.of(2)], 1, false);
    for (let opened = 0; opened < MAX_CURSORS; opened++) open();
    expect(open).toThrow(/too many open cursors/);
  });

  it("need a 64-bit id: 14", async () => {
    expect(await codeOf(server.client().db().command({ getMore: 5, collection: "rows" }))).toBe(14);
  });
});
