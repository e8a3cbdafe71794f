import { describe, expect, it } from "vitest";
import { discardLetter } from "#shared/dead-letters/decide.ts";
import { letterValue } from "#shared/dead-letters/letter.ts";
import { deadLetterTopic, wireTopic } from "#shared/saga/wire.ts";
import type { BookingSeen } from "../core/audit/facts.ts";
import type { Finding } from "../core/audit/page.ts";
import { AuditWorld } from "../testing/audit-world.ts";
import { BEFORE, confirmed, failed, NOW, paying } from "../testing/bookings-seen.ts";
import { mendFinding, runAuditPage } from "./audit-page.ts";

/** The same booking under another id, with all that belongs to it. */
function renamed(seen: BookingSeen, id: string, eventId = "evnt_1"): BookingSeen {
  return {
    booking: { ...seen.booking, id, eventId },
    payment: seen.payment && { ...seen.payment, bookingId: id, intentId: `pi_${id}` },
    decision: seen.decision && { ...seen.decision, ownerId: id },
    mails: seen.mails.map((mail) => ({ ...mail, bookingId: id })),
    told: seen.told,
  };
}

const checks = (findings: Finding[]) => findings.map(({ check, bookingId }) => `${check} ${bookingId}`);
const RELEASED = { decision: { status: "RELEASED", held: 0 } } as const;

describe("a run", () => {
  it("of a platform in which all agree finds nothing, and gives the figures, those that are 0 too", async () => {
    const world = new AuditWorld();
    await world.add(renamed(confirmed(), "bkg_1"), renamed(failed(), "bkg_2"), renamed(paying(), "bkg_3"));
    const { findings, counted } = await world.run();
    expect(findings).toEqual([]);
    expect(counted).toMatchObject({
      ...{ bookings: 3, "bookings confirmed": 1, "bookings failed": 1, "bookings pending": 1 },
      ...{ "oversold seats": 0, "charges without seats": 0, "seats without a charge": 0 },
      ...{ "mails lost": 0, "mails doubled": 0, "dead letters waiting": 0 },
      ...{ events: 1, decisions: 3, "intents at Stripe": 3, tickets: 2, mails: 2 },
    });
  });

  it("looks at every booking, page by page", async () => {
    const world = new AuditWorld();
    const ids = Array.from({ length: 250 }, (_, n) => `bkg_${String(n).padStart(3, "0")}`);
    await world.add(...ids.map((id) => renamed(confirmed(n(id) === 137 ? RELEASED : {}), id)));
    const { findings, counted, pages } = await world.run();
    expect(checks(findings)).toEqual(["confirmed-without-seats bkg_137"]);
    expect(counted).toMatchObject({ bookings: 250, decisions: 250, "charges without seats": 1 });
    expect(pages).toBeGreaterThanOrEqual(3 + 2);
  });

  it("of one event finds what is of that event alone", async () => {
    const world = new AuditWorld();
    await world.add(
      renamed(confirmed(RELEASED), "bkg_1"),
      renamed(confirmed(RELEASED), "bkg_2", "evnt_2"),
      renamed(confirmed({ told: { FAILED: 1 } }), "bkg_3", "evnt_2"),
    );
    const { findings, counted } = await world.run("evnt_2");
    expect(checks(findings)).toEqual(["confirmed-without-seats bkg_2", "told-otherwise bkg_3"]);
    expect(counted).toMatchObject({ bookings: 2, events: 1 });
  });

  it("finds nothing in a booking that moved while it was read", async () => {
    const world = new AuditWorld();
    const torn = renamed(confirmed(RELEASED), "bkg_1");
    await world.add(torn);
    world.meanwhile = () => {
      torn.decision = confirmed().decision && { ...confirmed().decision!, ownerId: "bkg_1" };
    };
    expect((await world.run()).findings).toEqual([]);
  });

  it("finds what was told between its reading of the topics and its second look", async () => {
    const world = new AuditWorld();
    const untold = renamed(confirmed({ told: { CONFIRMED: 0 } }), "bkg_1");
    await world.add(untold);
    expect(checks((await world.run()).findings)).toEqual(["nobody-told bkg_1"]);
    const { deps } = world;
    const scope = { eventId: null, startedAt: NOW };
    const { next } = await runAuditPage(deps, scope, null);
    world.seen = [];
    await world.add(renamed(confirmed(), "bkg_1"));
    expect((await runAuditPage(deps, scope, next)).findings).toEqual([]);
  });

  it("finds what no booking names: payments, intents, places, messages, keys, letters", async () => {
    const world = new AuditWorld();
    await world.add(renamed(confirmed(), "bkg_1"));
    world.strangePayments = [
      { id: "pay_1", bookingId: "bkg_1", amount: 1 },
      { id: "pay_9", bookingId: "bkg_9", amount: 100 },
    ];
    world.differences = [{ bookingId: "bkg_8", objectId: "pi_8", mend: "person", detail: "no payment here" }];
    world.oversold = [{ eventId: "evnt_1", placeId: "a", bookingIds: ["bkg_1", "bkg_2"] }];
    const decision = { ...confirmed().decision!, ownerId: "bkg_7" };
    world.strangeDecisions = [decision, { ...decision, kind: "hold", ownerId: "hold_1", status: "LOCKED" }];
    world.unsent.users = { unsent: 1, oldest: [{ key: "usr_1", since: BEFORE }] };
    world.inbox = { events: 7, steps: 8, keysWithoutBooking: [{ userId: "usr_1", bookingId: "bkg_6" }] };
    await world.log.produce([
      {
        ...{ topic: deadLetterTopic("seats.locked"), partition: 2, key: "bkg_1" },
        value: letterValue({
          ...{ consumer: "bookings", sourceTopic: wireTopic("seats.locked"), sourcePartition: 2 },
          ...{ sourceOffset: 0, error: "no", attempts: 3, value: "{}" },
        }),
      },
    ]);
    const decided = { topic: "seats.locked", partition: 2, offset: 1 } as const;
    await world.log.produce([{ ...world.log.records.get(deadLetterTopic("seats.locked"))![0]! }]);
    await discardLetter({ log: world.log, clock: () => NOW }, decided, { by: "usr_1", reason: "known" });
    const { findings, counted } = await world.run();
    expect(findings.map(({ check, subject, eventId }) => [check, subject, eventId])).toEqual([
      ["payment-without-booking", "pay_9", null],
      ["stripe-differs", "pi_8", null],
      ["oversold-seat", "a", "evnt_1"],
      ["seats-without-booking", "bkg_7", "evnt_1"],
      ["lock-past-expiry", "hold_1", "evnt_1"],
      ["unsent-message", "users:usr_1", null],
      ["inbox-differs-from-steps", "inbox", null],
      ["key-without-booking", "bkg_6", null],
      ["dead-letter-waits", "seats.locked/2/0", "evnt_1"],
    ]);
    expect(counted).toMatchObject({ "oversold seats": 1, "dead letters waiting": 1 });
    // Here every map has the strange decisions; of another event there is nothing else.
    expect((await world.run("evnt_2")).findings.map(({ check }) => check)).toEqual([
      "seats-without-booking",
      "lock-past-expiry",
    ]);
  });
});

const n = (id: string) => Number(id.slice(-3));

describe("mending", () => {
  const found = async (world: AuditWorld) => (await world.run()).findings[0]!;

  it("gives up an authorisation that an ended booking holds, and looks again", async () => {
    const world = new AuditWorld();
    const stripe = { status: "requires_capture", received: 0, refunded: 0 };
    await world.add(failed({ payment: { stripe } }));
    const finding = await found(world);
    expect(finding).toMatchObject({ check: "authorisation-not-needed", mend: "cancel-authorisation" });
    expect(await mendFinding(world.deps, finding)).toBe(true);
    expect(world.asked).toEqual(["release bkg_1 pi_1"]);
    expect((await world.run()).findings).toEqual([]);
  });

  it("leaves an authorisation that a booking still needs", async () => {
    const world = new AuditWorld();
    await world.add(paying());
    const finding: Finding = {
      ...{ check: "authorisation-not-needed", bookingId: "bkg_1", eventId: "evnt_1", detail: "" },
      ...{ mend: "cancel-authorisation", subject: "pi_1" },
    };
    expect(await mendFinding(world.deps, finding)).toBe(false);
    expect(await mendFinding(world.deps, { ...finding, bookingId: "bkg_9" })).toBe(false);
    expect(world.asked).toEqual([]);
  });

  it("has a stuck message sent by its own service", async () => {
    const world = new AuditWorld();
    world.unsent.events = { unsent: 1, oldest: [{ key: "evnt_1", since: BEFORE }] };
    expect(await mendFinding(world.deps, await found(world))).toBe(true);
    expect(world.asked).toEqual(["relay events evnt_1"]);
  });

  it("says that it is not mended where it is there at the second look", async () => {
    const world = new AuditWorld();
    await world.add(failed({ booking: { moneyClear: false, deadlineAt: NOW } }));
    const finding = await found(world);
    expect(finding).toMatchObject({ check: "undo-unfinished", mend: "look" });
    expect(await mendFinding(world.deps, finding)).toBe(false);
    expect(world.asked).toEqual(["poke evnt_1", "look bkg_1"]);
  });

  it("lets a map end the locks that are past their time", async () => {
    const world = new AuditWorld();
    await world.add(renamed(confirmed(), "bkg_1"));
    const decision = { ...confirmed().decision!, kind: "hold", ownerId: "hold_1", status: "LOCKED" } as const;
    world.strangeDecisions = [decision];
    const finding = await found(world);
    expect(await mendFinding(world.deps, finding)).toBe(false);
    world.strangeDecisions = [{ ...decision, status: "EXPIRED" }];
    expect(await mendFinding(world.deps, finding)).toBe(true);
  });

  it("leaves to a person what a person must decide", async () => {
    const world = new AuditWorld();
    await world.add(confirmed(RELEASED));
    expect(await mendFinding(world.deps, await found(world))).toBe(false);
    expect(world.asked).toEqual([]);
  });
});
