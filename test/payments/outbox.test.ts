import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Collection, collection } from "#durable-objects/document-pool/client.ts";
import { relay, sweepOutbox, type WithOutbox } from "#durable-objects/document-pool/outbox.ts";
import type { OutgoingMessage } from "#shared/saga/envelope.ts";
import { type Database, startDatabase } from "./support/backends.ts";

type Aggregate = { _id: string; bookingId: string } & WithOutbox;

let database: Database;
let aggregates: Collection<Aggregate>;
beforeAll(async () => {
  database = await startDatabase();
  aggregates = collection<Aggregate>(database.pool, "payments");
});
beforeEach(() => database.clear());
afterAll(() => database.close());

const message = (value: string): OutgoingMessage => ({ topic: "t", partition: 0, key: "k", value });
const aggregate = (id: string, ...values: string[]): Aggregate => ({
  ...{ _id: id, bookingId: id, rev: 1 },
  outbox: values.map(message),
  unsent: values.length > 0,
});
/** A step that somebody else writes, with a message of its own. */
const addStep = (id: string, value: string) =>
  aggregates.findOneAndUpdate(
    { _id: id },
    { $push: { outbox: message(value) }, $set: { unsent: true }, $inc: { rev: 1 } },
  );

describe("relay", () => {
  it("sends what is in the outbox, then empties it", async () => {
    const one = aggregate("a", "first", "second");
    await aggregates.insertOne(one);
    const sent: string[] = [];
    await relay(aggregates, one, async (messages) => {
      sent.push(...messages.map(({ value }) => value));
    });
    expect(sent).toEqual(["first", "second"]);
    expect(await aggregates.findOne({ _id: "a" })).toMatchObject({ outbox: [], unsent: false, rev: 1 });
  });

  it("loses no message that was written between the sending and the emptying", async () => {
    const one = aggregate("a", "first");
    await aggregates.insertOne(one);
    await relay(aggregates, one, async () => {
      await addStep("a", "second");
    });
    const sent: string[] = [];
    await sweepOutbox(aggregates, async (messages) => {
      sent.push(...messages.map(({ value }) => value));
    });
    // The first one a second time: consumers expect that.
    expect(sent).toEqual(["first", "second"]);
    expect(await aggregates.findOne({ _id: "a" })).toMatchObject({ outbox: [], unsent: false });
  });

  it("keeps what could not be sent", async () => {
    const one = aggregate("a", "first");
    await aggregates.insertOne(one);
    await expect(relay(aggregates, one, () => Promise.reject(new Error("out")))).rejects.toThrow("out");
    expect(await aggregates.findOne({ _id: "a" })).toMatchObject({
      outbox: [message("first")],
      unsent: true,
    });
  });
});

describe("sweepOutbox", () => {
  it("finds what is unsent, and nothing else", async () => {
    await aggregates.insertOne(aggregate("a"));
    await aggregates.insertOne(aggregate("b", "left"));
    const sent: string[] = [];
    const send = async (messages: OutgoingMessage[]) => {
      sent.push(...messages.map(({ value }) => value));
    };
    expect(await sweepOutbox(aggregates, send)).toBe(1);
    expect(await sweepOutbox(aggregates, send)).toBe(0);
    expect(sent).toEqual(["left"]);
  });
});
