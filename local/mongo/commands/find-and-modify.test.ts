import type { Collection, Document } from "mongodb";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { codeOf, type Fixture, fixture } from "../fixture.ts";

type Payment = Document & { _id: string };

// https://www.mongodb.com/docs/manual/reference/command/findAndModify/
let server: Fixture;
let payments: Collection<Payment>;
beforeAll(async () => {
  server = await fixture();
  payments = server.client({ maxPoolSize: 50 }).db().collection<Payment>("payments");
});
afterAll(() => server.stop());
beforeEach(async () => {
  await payments.deleteMany({});
  await payments.insertMany([
    { _id: "p1", bookingId: "b1", state: "CREATED", n: 1 },
    { _id: "p2", bookingId: "b2", state: "CREATED", n: 2 },
  ]);
});

describe("findAndModify", () => {
  it("returns the document before or after", async () => {
    const update = { $inc: { n: 10 } };
    expect(await payments.findOneAndUpdate({ _id: "p1" }, update)).toMatchObject({ n: 1 });
    expect(await payments.findOneAndUpdate({ _id: "p1" }, update, { returnDocument: "after" })).toMatchObject(
      { n: 21 },
    );
  });

  it("chooses by sort, and projects", async () => {
    const found = await payments.findOneAndUpdate(
      { state: "CREATED" },
      { $set: { state: "AUTHORISING" } },
      { sort: { n: -1 }, projection: { _id: 0, n: 1 } },
    );
    expect(found).toEqual({ n: 2 });
    expect(await payments.findOne({ state: "AUTHORISING" })).toMatchObject({ _id: "p2" });
  });

  it("upserts, and says so", async () => {
    const options = { upsert: true, returnDocument: "after", includeResultMetadata: true } as const;
    const result = await payments.findOneAndUpdate({ _id: "p3" }, { $set: { n: 3 } }, options);
    expect(result.value).toEqual({ _id: "p3", n: 3 });
    expect(result.lastErrorObject).toMatchObject({ n: 1, updatedExisting: false, upserted: "p3" });
    const before = await payments.findOneAndUpdate({ _id: "p4" }, { $set: { n: 3 } }, { upsert: true });
    expect(before).toBeNull();
  });

  it("replaces and deletes", async () => {
    expect(await payments.findOneAndReplace({ _id: "p1" }, { n: 5 })).toMatchObject({ n: 1 });
    expect(await payments.findOneAndDelete({ _id: "p1" })).toEqual({ _id: "p1", n: 5 });
    expect(await payments.findOneAndDelete({ _id: "p1" })).toBeNull();
  });

  it("a guarded step is taken once: a state that has moved on is not found", async () => {
    const step = () =>
      payments.findOneAndUpdate(
        { bookingId: "b1", state: "CREATED", seen: { $ne: "event-1" } },
        {
          $set: { state: "AUTHORISED" },
          $push: { seen: "event-1", outbox: { id: "o1", topic: "payment.processed" } } as object,
        },
        { returnDocument: "after" },
      );
    expect(await step()).toMatchObject({ state: "AUTHORISED", seen: ["event-1"] });
    expect(await step()).toBeNull();
    expect(await payments.findOne({ bookingId: "b1" })).toMatchObject({ outbox: [{ id: "o1" }] });
  });

  it("of 50 concurrent callers exactly one wins", async () => {
    await payments.createIndex({ bookingId: 1 }, { unique: true });
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, (_, caller) =>
        payments.findOneAndUpdate(
          { bookingId: "b1", state: "CREATED" },
          { $set: { state: "CAPTURING", caller } },
        ),
      ),
    );
    expect(outcomes.filter((outcome) => outcome !== null)).toHaveLength(1);
    expect(await payments.countDocuments({ state: "CAPTURING" })).toBe(1);
  });

  it("50 concurrent upserts of one key leave one document", async () => {
    const codes = await Promise.all(
      Array.from({ length: 50 }, () =>
        codeOf(payments.updateOne({ _id: "p9" }, { $inc: { n: 1 } }, { upsert: true })),
      ),
    );
    expect(new Set(codes)).toEqual(new Set(["no error"]));
    expect(await payments.findOne({ _id: "p9" })).toEqual({ _id: "p9", n: 50 });
  });
});

describe("refused", () => {
  const command = (fields: object) =>
    codeOf(
      server
        .client()
        .db()
        .command({ findAndModify: "payments", ...fields }),
    );
  it.each([
    [{ remove: true, update: { $set: { n: 1 } } }, 9],
    [{}, 9],
    [{ update: { $foo: { n: 1 } } }, 9],
    [{ update: { $set: { _id: "other" } }, query: { _id: "p1" } }, 66],
    [{ update: { $set: { n: 1 } }, query: { $foo: 1 } }, 2],
  ])("%o", async (fields, code) => {
    expect(await command(fields)).toBe(code);
  });

  it("an update into another document's unique key changes nothing: 11000", async () => {
    await payments.createIndex({ bookingId: 1 }, { unique: true });
    expect(await codeOf(payments.findOneAndUpdate({ _id: "p1" }, { $set: { bookingId: "b2", n: 9 } }))).toBe(
      11000,
    );
    expect(await payments.findOne({ _id: "p1" })).toMatchObject({ bookingId: "b1", n: 1 });
  });
});
