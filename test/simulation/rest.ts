import { replayLetter } from "#shared/dead-letters/decide.ts";
import { readLetters } from "#shared/dead-letters/read.ts";
import { deadLetterTopic, topicNames } from "#shared/saga/wire.ts";
import type { Booking } from "../../workers/bookings/src/core/booking.ts";
import type { Notification } from "../../workers/notifications/src/core/notification.ts";
import type { Payment } from "../../workers/payments/src/core/payment.ts";
import { EVENT_ID } from "./events.ts";
import { Process } from "./kernel/process.ts";
import type { IntentSeen } from "./stripe.ts";
import type { World } from "./world.ts";

const PENDING = new Set(["INITIATED", "PAYING", "RESERVING", "CAPTURING"]);

/**
 * What is wrong with a platform on which nothing is left to happen: every promise is kept or undone, and all stores say
 * the same. @param isReplayed whether the dead letters were replayed: until then, what they ask for may be missing
 */
export function atRest(world: World, { isReplayed }: { isReplayed: boolean }): string[] {
  const { bookings } = world.services.bookings.tables;
  const letters = deadLetters(world);
  const isWhole = isReplayed || letters === 0;
  const found = pending(world);
  for (const buyer of world.buyers) {
    found.push(...buyer.wrongs);
    if (buyer.isActing) found.push(`buyer ${buyer.plan.number} waits for an answer`);
    for (const id of buyer.accepted)
      if (!bookings.has(id)) found.push(`${id} was promised, and is not there`);
    if (buyer.plan.key !== null && buyer.accepted.size > 1)
      found.push(`buyer ${buyer.plan.number} got ${buyer.accepted.size} bookings for one key`);
  }
  const payments = new Map(
    [...world.services.payments.look<Payment>("payments")].map((each) => [each.bookingId, each]),
  );
  for (const booking of bookings.values()) {
    const buyer = world.buyers.find(({ identity }) => identity.userId === booking.userId);
    if (booking.cancellation?.because === "BUYER" && !buyer?.hasAskedToCancel)
      found.push(`${booking.id} is cancelled, and its buyer did not ask for that`);
    if (isWhole) found.push(...ended(booking, payments.get(booking.id), world));
  }
  if (isWhole) found.push(...nothingLeft(world));
  return found;
}

/** Bookings that have not ended. */
export function pending(world: World): string[] {
  const bookings = [...world.services.bookings.tables.bookings.values()];
  return bookings.filter(({ state }) => PENDING.has(state)).map(({ id, state }) => `${id} is still ${state}`);
}

/** A booking that has ended holds what it paid for, or nothing. */
function ended(booking: Readonly<Booking>, payment: Readonly<Payment> | undefined, world: World): string[] {
  const { id, state, seatIds, totalAmount, seatsClear, moneyClear } = booking;
  const held = world.ledger.held.get(id);
  const intents = world.stripe.intents().filter((intent) => intent.bookingId === id);
  // A refund that failed after all, of which both reports were lost, is found when Stripe is compared.
  const believed = payment?.state === "REFUNDED" ? payment.refundedAmount : 0;
  const givenBack = Math.max(
    believed,
    sum(intents, ({ refunded }) => refunded),
  );
  const kept = sum(intents, ({ captured }) => captured) - givenBack;
  const isPersonNeeded = payment?.state === "REFUND_FAILED";
  const found: string[] = [];
  for (const { id: intentId, status } of intents) {
    // One that nobody has confirmed holds nothing; it is let go when Stripe is compared.
    if (status !== "succeeded" && status !== "canceled" && status !== "requires_payment_method")
      found.push(`${id} is ${state}, and Stripe's ${intentId} is ${status}`);
  }
  if (state === "CONFIRMED") {
    if (held?.status !== "RESERVED" || held.places.length !== seatIds.length)
      found.push(
        `${id} is CONFIRMED, and holds ${held ? `${held.places.length} ${held.status}` : "nothing"}`,
      );
    const taken = sum(intents, ({ captured }) => captured);
    if (taken !== totalAmount) found.push(`${id} is CONFIRMED, and ${taken} of ${totalAmount} was taken`);
  } else {
    if (held) found.push(`${id} is ${state}, and holds ${held.places.length} ${held.status}`);
    if (!seatsClear) found.push(`${id} is ${state}, and its seats are not clear`);
    if (!moneyClear && !isPersonNeeded) found.push(`${id} is ${state}, and its money is not clear`);
    if (kept > 0 && !isPersonNeeded) found.push(`${id} is ${state}, and ${kept} is kept`);
  }
  return [...found, ...mailsOf(booking, world)];
}

const KIND_OF = {
  CONFIRMED: "booking-confirmed",
  FAILED: "booking-failed",
  CANCELLED: "booking-cancelled",
} as const;

/** Its buyer was told how it ended, once, and nothing else. */
function mailsOf({ id, state }: Readonly<Booking>, world: World): string[] {
  const all = [...world.services.notifications.look<Notification>("notifications")];
  const mails = all.filter((one) => one.bookingId === id);
  const kind = KIND_OF[state as keyof typeof KIND_OF];
  const told = mails.filter(({ content }) => content.kind === kind);
  const found: string[] = [];
  if (told.length !== 1) found.push(`${id} is ${state}, and ${told.length} mails say so`);
  for (const { state: mailState, subject } of mails) {
    if (mailState !== "SENT") found.push(`${id}: "${subject}" is ${mailState}`);
  }
  const others = mails.filter(
    ({ content }) =>
      content.kind.startsWith("booking-") && content.kind !== kind && content.kind !== "booking-confirmed",
  );
  for (const { content } of others) found.push(`${id} is ${state}, and a mail says ${content.kind}`);
  return found;
}

/** What Stripe has and the platform does not know of, once it has compared the two. */
export function unknownAtStripe(world: World): string[] {
  const mails = [...world.services.notifications.look<Notification>("notifications")];
  const payments = [...world.services.payments.look<Payment>("payments")];
  const found: string[] = [];
  for (const { id, bookingId, status, refunded } of world.stripe.intents()) {
    const payment = payments.find(({ intentId }) => intentId === id);
    if (payment?.state === "REFUNDED" && refunded < payment.refundedAmount)
      found.push(`${bookingId}: a refund has failed at Stripe, and counts as given back`);
    if (status !== "succeeded" && status !== "canceled")
      found.push(`${bookingId}: Stripe's ${id} is ${status} for ever`);
    const isTold = mails.some((mail) => mail.bookingId === bookingId && mail.content.kind === "refunded");
    if (refunded > 0 && !isTold) found.push(`${bookingId}: money was given back, and no mail says so`);
  }
  return found;
}

/** Nothing waits anywhere. */
function nothingLeft(world: World): string[] {
  const { outbox, cancellations } = world.services.bookings.tables;
  const found: string[] = [];
  if (outbox.unsent.size > 0) found.push(`${outbox.unsent.size} messages of bookings were never sent`);
  for (const { eventId, doneAt } of cancellations.values())
    if (doneAt === null) found.push(`${eventId} is cancelled, and not undone`);
  for (const { bookingId, unsent, state } of world.services.payments.look<Payment>("payments")) {
    if (unsent) found.push(`the payment of ${bookingId} has unsent messages`);
    if (!world.services.bookings.tables.bookings.has(bookingId))
      found.push(`there is a payment, ${state}, for ${bookingId}, which is not there`);
  }
  for (const [owner, { status }] of world.ledger.held) {
    if (!world.services.bookings.tables.bookings.has(owner)) found.push(`a place is ${status} for ${owner}`);
    if (status === "LOCKED") found.push(`${owner} holds a lock for ever`);
  }
  found.push(...projectionOf(world));
  for (const consumer of world.consumers.values())
    if (consumer.parked > 0) found.push(`${consumer.process.name} has ${consumer.parked} messages parked`);
  return found;
}

/** Inventory's database has the whole log, and who has which place by it. */
function projectionOf(world: World): string[] {
  const archive = world.archive.archives.get(EVENT_ID);
  const { seq, hash } = world.seatMap.disk.head();
  if (seq === 0) return [];
  const found: string[] = [];
  if (archive?.hash !== hash) found.push(`the archive ends at entry ${archive?.seq}, and the log at ${seq}`);
  const places = [...(archive?.places.values() ?? [])];
  for (const [owner, { status, places: held }] of world.ledger.held) {
    const projected = places.filter(({ hold }) => hold?.owner.id === owner && hold.status === status);
    if (projected.length !== held.length)
      found.push(`${owner} has ${held.length} places, and ${projected.length} in the projection`);
  }
  const owned = places.filter(({ hold }) => hold !== null);
  for (const { hold, placeId } of owned) {
    if (hold && !world.ledger.held.has(hold.owner.id))
      found.push(`${placeId} is ${hold.owner.id}'s in the projection alone`);
  }
  return found;
}

export function deadLetters(world: World): number {
  return topicNames.reduce((count, topic) => count + world.topics.records(deadLetterTopic(topic)).length, 0);
}

/** What a person does about dead letters whose cause is mended. */
export async function replayDeadLetters(world: World): Promise<void> {
  const log = world.topics.portOf(new Process("outside-person"));
  const { clock } = world.kernel;
  const { letters } = await readLetters(log, topicNames);
  for (const letter of letters) {
    if (!letter.handled) await replayLetter({ log, clock }, letter, { by: "a person" });
  }
}

const sum = (intents: IntentSeen[], of: (intent: IntentSeen) => number): number =>
  intents.reduce((total, intent) => total + of(intent), 0);
