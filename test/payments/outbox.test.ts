import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Collection, collection } from "#durable-objects/document-pool/client.ts";
import { relay, sweepOutbox, type WithOutbox } from "#durable-objects/document-pool/outbox.ts";
import { Unavailable } from "#shared/errors/problem.ts";
import type { OutgoingMessage } from "#shared/saga/envelope.ts";
import { type Database, startDatabase } from "./support/backends.ts";

type Aggregate = { _id: string; bookingId: string } & WithOutbox;

let database: Database;
let aggregates: Collection<Aggregate>;
beforeAll(async () => {
  database = await startDatabase();
  aggregates = collection<Aggregate>(database.pool, "aggregates");
});
beforeEach(() => database.clear());
afterAll(() => database.close());

const NOW = new Date("2026-12-01T18:00:00Z");
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
    await sweepOutbox(
      aggregates,
      async (messages) => {
        sent.push(...messages.map(({ value }) => value));
      },
      NOW,
    );
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
    expect(await sweepOutbox(aggregates, send, NOW)).toBe(1);
    expect(await sweepOutbox(aggregates, send, NOW)).toBe(0);
    expect(sent).toEqual(["left"]);
  });

  it("tries what the log refuses later and later, a limited number of times, and keeps it", async () => {
    await aggregates.insertOne(aggregate("a", "refused"));
    const tries: number[] = [];
    const refuse = (at: Date) => async () => {
      tries.push(at.getTime());
      throw new Error("too large");
    };
    for (let minutes = 0; minutes < 3 * 24 * 60; minutes++) {
      const at = new Date(NOW.getTime() + minutes * 60_000);
      await sweepOutbox(aggregates, refuse(at), at).catch(() => undefined);
    }
    expect(tries).toHaveLength(30);
    const pauses = tries.slice(1).map((at, n) => at - tries[n]!);
    expect(pauses[0]).toBeLessThanOrEqual(60_000);
    for (const pause of pauses.slice(8)) expect(pause).toBeGreaterThanOrEqual(30 * 60_000);
    expect(await aggregates.findOne({ _id: "a" })).toMatchObject({ unsent: true, refusals: 30 });
  });

  it("has no memory of a refusal once the log has taken the message", async () => {
    await aggregates.insertOne({ ...aggregate("a", "late"), refusals: 3, sendAfter: NOW });
    expect(await sweepOutbox(aggregates, async () => undefined, NOW)).toBe(1);
    expect(await aggregates.findOne({ _id: "a" })).toMatchObject({
      unsent: false,
      refusals: 0,
      sendAfter: null,
    });
  });

  it("stops at an outage: the others would wait for it, too", async () => {
    for (const id of ["a", "b"]) await aggregates.insertOne(aggregate(id, id));
    let tries = 0;
    const out = async () => {
      tries += 1;
      throw new Unavailable("kafka");
    };
    await expect(sweepOutbox(aggregates, out, NOW)).rejects.toThrow(Unavailable);
    expect(tries).toBe(1);
    expect(await sweepOutbox(aggregates, async () => undefined, NOW)).toBe(2);
  });
});
