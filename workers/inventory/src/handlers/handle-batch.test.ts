import { beforeEach, describe, expect, it } from "vitest";
import type { SeatAnswer, SeatCommand, SeatMapRpc, SeatResult } from "#durable-objects/seat-map/rpc.ts";
import { planOf } from "#durable-objects/seat-map/testing/commands.ts";
import { platform, settle } from "#durable-objects/seat-map/testing/platform.ts";
import type { Payload, TopicName } from "#shared/saga/declaration.ts";
import {
  type Envelope,
  envelope,
  type OutgoingMessage,
  parseEnvelope,
  toMessage,
} from "#shared/saga/envelope.ts";
import { DONE } from "#shared/saga/handlers.ts";
import { topicOf } from "#shared/saga/wire.ts";
import { answerEnvelope } from "../use-cases/answers.ts";
import type { InventoryDeps } from "../use-cases/deps.ts";
import { handleBatch } from "./handle-batch.ts";

const AT = { now: 1_000_000, traceparent: "" };

type Map = ReturnType<typeof platform>;
let maps: Record<string, Map>;
let calls: [eventId: string, commands: number][];
let sent: OutgoingMessage[];
let deps: InventoryDeps;

/** The SeatMap of an event, in memory; its answers end in `seen.published`. */
function rpcOf(eventId: string): SeatMapRpc {
  maps[eventId] ??= platform();
  const { map } = maps[eventId];
  const apply = (commands: SeatCommand[]) => {
    calls.push([eventId, commands.length]);
    return map.apply(commands);
  };
  return { apply, open: (plan) => map.open(plan) } as SeatMapRpc;
}

/** An event as its owner describes it: six seats and an area. */
function seating(eventId: string) {
  const { seatIds: id, generalAdmission } = planOf(6);
  const table = { id, generalAdmission: generalAdmission.map((area) => ({ ...area, categoryIndex: 0 })) };
  return {
    eventId,
    eventVersion: 1,
    endsAt: "2027-01-01T22:00:00.000Z",
    seatingVersion: 1,
    blockedSeatIds: [],
    table,
    tiers: [],
    currency: "EUR",
  };
}

beforeEach(() => {
  maps = {};
  calls = [];
  sent = [];
  deps = {
    seatMapOf: rpcOf,
    events: {
      quotes: () => Promise.reject(new Error("nobody books here")),
      seating: async (eventId) => seating(eventId) as never,
    },
    seatMaps: { record: async () => {}, endingAfter: async () => [], ping: async () => {} },
    clock: () => AT.now,
    send: async (messages) => void sent.push(...messages),
  };
});

const of = <T extends TopicName>(type: T, step: string, payload: Payload<T>): Envelope =>
  envelope(type, step, payload, AT);
const initiated = (bookingId: string, eventId: string, seatIds: string[], floor = 0) =>
  of("booking.initiated", bookingId, {
    ...{ bookingId, userId: `usr_${bookingId}`, eventId, seatIds, totalAmount: 1, currency: "EUR" },
    generalAdmission: floor > 0 ? [{ name: "Floor", quantity: floor }] : [],
  });
const confirm = (bookingId: string, eventId: string, seatIds: string[] = []) =>
  of("seats.confirm", bookingId, { bookingId, eventId, seatIds });
const release = (bookingId: string, eventId: string, seatIds: string[] = []) =>
  of("seats.release", bookingId, { bookingId, eventId, seatIds, reason: "PAYMENT_FAILED" });
const created = (eventId: string) =>
  of("event.created", eventId, {
    ...{ eventId, organiserId: "usr_1", name: "Opera", venueId: "ven_1", totalSeats: 6, planVersion: 1 },
    ...{ startsAt: "2027-01-01T18:00:00.000Z", ticketTiers: [] },
  });
const handle = (...batch: Envelope[]) => handleBatch(deps, batch);
/** A message as its consumer reads it, without the trace: that is new each time. */
function read({ topic, value }: OutgoingMessage): Envelope {
  const parsed = parseEnvelope(topicOf(topic)!, value);
  if (!parsed.ok) throw new Error(parsed.error);
  return { ...parsed.envelope, traceparent: "" };
}
/** What the map of an event has told the saga. */
async function told(eventId: string): Promise<Envelope[]> {
  await settle();
  return maps[eventId]!.seen.published.map((answer: SeatAnswer) => read(toMessage(answerEnvelope(answer))));
}
const types = (envelopes: Envelope[]) => envelopes.map(({ id }) => id);

describe("a batch", () => {
  it("lets a booking take over the hold that it names", async () => {
    await handle(created("evnt_1"));
    const owner = { kind: "hold", id: "hold_1", userId: "usr_bkg_1" } as const;
    await rpcOf("evnt_1").apply([{ type: "lock", owner, seatIds: ["A-1"], generalAdmission: [] }]);
    const booking = initiated("bkg_1", "evnt_1", ["A-1"]) as Envelope<"booking.initiated">;
    expect(await handle({ ...booking, payload: { ...booking.payload, holdId: "hold_1" } })).toEqual([DONE]);
    expect(types(await told("evnt_1"))).toEqual(["seats.locked:bkg_1"]);
  });

  it("reaches each event's map in one call, and each message has its own outcome", async () => {
    await handle(created("evnt_1"), created("evnt_2"));
    const outcomes = await handle(
      initiated("bkg_1", "evnt_1", ["A-1"]),
      initiated("bkg_2", "evnt_2", ["A-1"]),
      initiated("bkg_3", "evnt_1", ["A-1"]),
      confirm("bkg_4", "evnt_2"),
      initiated("bkg_5", "evnt_3", ["A-1"]),
    );
    expect(outcomes).toEqual([DONE, DONE, DONE, DONE, expect.objectContaining({ kind: "early" })]);
    expect(calls.sort()).toEqual([
      ["evnt_1", 2],
      ["evnt_2", 2],
      ["evnt_3", 1],
    ]);
    expect(types(await told("evnt_1"))).toEqual(["seats.locked:bkg_1", "seats.lock-failed:bkg_3"]);
  });

  it("for a map that is not open yet waits, and is handled once it is", async () => {
    const lock = initiated("bkg_1", "evnt_1", ["A-1"]);
    expect(await handle(lock, release("bkg_2", "evnt_1"))).toMatchObject([
      { kind: "early" },
      { kind: "early" },
    ]);
    await handle(created("evnt_1"));
    expect(await handle(lock)).toEqual([DONE]);
    expect(types(await told("evnt_1"))).toEqual(["seats.locked:bkg_1"]);
  });

  it("opens a map in the same call in which it is first asked", async () => {
    const outcomes = await handle(created("evnt_1"), initiated("bkg_1", "evnt_1", ["A-1"]));
    expect(outcomes).toEqual([DONE, DONE]);
  });
});

describe("what a map answers", () => {
  it("reads on the wire as its topic's schema says, whatever the answer", async () => {
    await handle(created("evnt_1"));
    await handle(initiated("bkg_1", "evnt_1", ["A-1", "A-2"], 2), initiated("bkg_2", "evnt_1", ["A-3"]));
    await handle(initiated("bkg_3", "evnt_1", ["A-1", "A-4"]), initiated("bkg_4", "evnt_1", [], 9));
    await handle(confirm("bkg_1", "evnt_1"), release("bkg_2", "evnt_1"), release("bkg_9", "evnt_1"));
    await handle(confirm("bkg_8", "evnt_1"), confirm("bkg_2", "evnt_1"));
    expect((await told("evnt_1")).map(({ type, payload }) => [type, payload])).toMatchObject([
      ["seats.locked", { seatIds: ["A-1", "A-2", "ga:Floor:1", "ga:Floor:2"] }],
      ["seats.locked", { seatIds: ["A-3"], lockExpiresAt: new Date(1_300_000).toISOString() }],
      ["seats.lock-failed", { unavailableSeatIds: ["A-1"], reason: "SEATS_TAKEN" }],
      ["seats.lock-failed", { unavailableSeatIds: ["ga:Floor"], reason: "SOLD_OUT" }],
      ["seats.confirmed", { bookingId: "bkg_1" }],
      ["seats.released", { cause: "RELEASED", seatIds: ["A-3"] }],
      ["seats.released", { cause: "NOTHING_HELD", seatIds: [] }],
      ["seats.confirm-failed", { reason: "UNKNOWN" }],
      ["seats.confirm-failed", { reason: "RELEASED" }],
    ]);
  });

  it("to a message that comes twice is the same, with the same id and time", async () => {
    await handle(created("evnt_1"));
    await handle(initiated("bkg_1", "evnt_1", ["A-1"]));
    maps.evnt_1!.seen.now += 5_000;
    await handle(initiated("bkg_1", "evnt_1", ["A-1"]));
    const [first, second] = await told("evnt_1");
    expect(second).toEqual(first);
  });

  it("to a lock after its release is a refusal: it locks nothing that nobody would free", async () => {
    await handle(created("evnt_1"));
    await handle(release("bkg_1", "evnt_1"));
    await handle(initiated("bkg_1", "evnt_1", ["A-1"]));
    await handle(initiated("bkg_2", "evnt_1", ["A-1"]));
    expect(types(await told("evnt_1"))).toEqual([
      "seats.released:bkg_1",
      "seats.lock-failed:bkg_1",
      "seats.locked:bkg_2",
    ]);
  });

  it("to a release that names seats of another is a rejection, and frees nothing", async () => {
    await handle(created("evnt_1"));
    await handle(initiated("bkg_1", "evnt_1", ["A-1"]), initiated("bkg_2", "evnt_1", ["A-2"]));
    const outcomes = await handle(release("bkg_1", "evnt_1", ["A-2"]), release("bkg_2", "evnt_1", ["A-2"]));
    expect(outcomes).toEqual([{ kind: "rejected", detail: "NOT_OWNER" }, DONE]);
    expect(await maps.evnt_1!.map.decision("bkg_1")).toMatchObject({ status: "LOCKED" });
  });
});

describe("what is unavailable", () => {
  it("for one event is so for its messages alone, and safe to ask again", async () => {
    await handle(created("evnt_1"), created("evnt_2"));
    maps.evnt_1!.seen.disk.broken = true;
    const batch = [initiated("bkg_1", "evnt_1", ["A-1"]), initiated("bkg_2", "evnt_2", ["A-1"])];
    expect(await handle(...batch)).toMatchObject([{ kind: "unavailable" }, DONE]);
    expect(await handle(batch[1]!)).toEqual([DONE]);
    expect(types(await told("evnt_2"))).toEqual(["seats.locked:bkg_2", "seats.locked:bkg_2"]);
  });

  it("while a map is opened leaves the commands of the batch alone", async () => {
    await handle(created("evnt_1"));
    deps.events.seating = () => Promise.reject(new Error("events is down"));
    const outcomes = await handle(created("evnt_2"), initiated("bkg_1", "evnt_1", ["A-1"]));
    expect(outcomes).toMatchObject([{ kind: "unavailable" }, DONE]);
  });
});

describe("a map that is full", () => {
  const full = (commands: SeatCommand[]) =>
    Promise.resolve(commands.map((): SeatResult => ({ outcome: "FULL" })));
  const ask = () =>
    handle(initiated("bkg_1", "evnt_1", ["A-1"]), release("bkg_2", "evnt_1"), confirm("bkg_3", "evnt_1"));

  it("answers who it does not know that nothing is held, the same each time", async () => {
    deps.seatMapOf = () => ({ apply: full }) as unknown as SeatMapRpc;
    expect(await ask()).toEqual([DONE, DONE, DONE]);
    await ask();
    const answers = sent.map(read);
    expect(answers.slice(0, 3)).toMatchObject([
      { type: "seats.lock-failed", payload: { bookingId: "bkg_1", reason: "FULL" } },
      { type: "seats.released", payload: { bookingId: "bkg_2", cause: "NOTHING_HELD" } },
      { type: "seats.confirm-failed", payload: { bookingId: "bkg_3", reason: "UNKNOWN" } },
    ]);
    expect(answers.slice(3)).toEqual(answers.slice(0, 3));
  });

  it("is asked again where its answer could not be sent", async () => {
    deps.seatMapOf = () => ({ apply: full }) as unknown as SeatMapRpc;
    deps.send = () => Promise.reject(new Error("kafka is down"));
    expect(await ask()).toMatchObject(Array(3).fill({ kind: "unavailable" }));
  });
});
