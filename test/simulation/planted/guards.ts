/**
 * A guard of the platform, and the change that takes it out: `text` stands in `file` once, and becomes `instead`.
 * The tests run the simulation without each in turn: it has to find what then goes wrong.
 */
export interface Guard {
  name: string;
  file: string;
  text: string;
  instead: string;
  /** Where the search begins, for one that few seeds lead to; without it, at 1. */
  firstSeed?: number;
}

export const GUARDS: readonly Guard[] = [
  {
    name: "a place that is held is not given to another",
    file: "durable-objects/seat-map/core/judge-lock.ts",
    text: "if (places.state[place] === AVAILABLE) continue;",
    instead: "continue;",
  },
  {
    name: "all places or none",
    file: "durable-objects/seat-map/core/judge-lock.ts",
    text: 'if (unavailable.length > 0) return refused(asked, taken ? "SEATS_TAKEN" : "BLOCKED");',
    instead: "for (const one of unavailable) requested.splice(requested.indexOf(one), 1);",
  },
  {
    name: "a stored decision is repeated, and not made again",
    file: "durable-objects/seat-map/core/seat-map.ts",
    text: 'if (known?.lock) return { result: lockResult(known, opened), repeats: { decision: known, step: "lock" } };',
    instead: "known = known?.release ? undefined : known;",
  },
  {
    name: "a lock that has run out is not confirmed",
    file: "durable-objects/seat-map/core/judge-known.ts",
    text: "if (known && isLapsed(known, at)) book.expire(known, at);\n  const places",
    instead: "const places",
    firstSeed: 301,
  },
  {
    name: "a release that comes first keeps the lock out",
    file: "durable-objects/seat-map/core/seat-map.ts",
    text: "const { entry, takes } = known\n      ? {",
    instead: "const { entry, takes } = known && false\n      ? {",
  },
  {
    name: "an answer is told once it is on disk",
    file: "durable-objects/seat-map/service/map-log.ts",
    text: "this.#recent.between(afterSeq, durableSeq, ENTRIES_PER_DRAIN)",
    instead: "this.#recent.between(afterSeq, Number.MAX_SAFE_INTEGER, ENTRIES_PER_DRAIN)",
  },
  {
    name: "a late payment confirms nothing",
    file: "shared/saga/declaration.ts",
    text: '"payment.authorised":           move("FAILED", ["booking.failed"]),',
    instead: '"payment.authorised":           move("RESERVING", ["seats.confirm"]),',
    firstSeed: 251,
  },
  {
    name: "money is taken after the places are reserved",
    file: "shared/saga/declaration.ts",
    text: '"payment.authorised":           move("RESERVING", ["seats.confirm"]),',
    instead: '"payment.authorised":           move("RESERVING", ["seats.confirm", "payment.capture"]),',
  },
  {
    name: "an event is consumed once",
    file: "workers/bookings/src/core/input.ts",
    text: "return { bookingId, eventId: message.id, ...read(message) };",
    instead: "return { bookingId, eventId: message.id + Math.random(), ...read(message) };",
  },
  {
    name: "deadlines pass",
    file: "workers/bookings/src/use-cases/sweep.ts",
    text: "    passDeadlines(deps),\n",
    instead: "",
  },
  {
    name: "what a crash left unsent is sent",
    file: "workers/bookings/src/use-cases/sweep.ts",
    text: "    relayLeftovers(deps),\n",
    instead: "",
  },
  {
    name: "one booking for one idempotency key",
    file: "workers/bookings/src/use-cases/create-booking.ts",
    text: "const idempotencyKey = key === undefined ? null :",
    instead: "const idempotencyKey = key !== undefined ? null :",
  },
  {
    name: "an idempotency key is bound to its body",
    file: "workers/bookings/src/use-cases/create-booking.ts",
    text: 'if (known.bodyHash !== bodyHash) throw new Problem("IDEMPOTENCY_KEY_REUSED");',
    instead: "",
  },
  {
    name: "only its buyer gives a booking back",
    file: "workers/bookings/src/use-cases/cancel-booking.ts",
    text: 'if (booking.userId !== caller.userId) throw new Problem("BOOKING_NOT_FOUND");',
    instead: "",
  },
  {
    name: "no authorisation starts after payBy",
    file: "workers/payments/src/use-cases/drive.ts",
    text: "const isTooLate = deps.clock() >= payment.payBy.getTime();",
    instead: "const isTooLate = false;",
  },
  {
    name: "an undo that comes first keeps the payment out",
    file: "workers/payments/src/use-cases/undo.ts",
    text: "if (!(await deps.payments.add(dead))) return deps.payments.ofBooking(bookingId);\n  await deps.payments.relay(dead, deps.send);",
    instead: "await deps.send(dead.outbox);",
    firstSeed: 1401,
  },
  {
    name: "what is authorised is let go at Stripe before it counts as voided",
    file: "workers/payments/src/core/machine.ts",
    text: '"payment.capture":   move("CAPTURING"),\n    "undo":              move("VOIDING"),',
    instead:
      '"payment.capture":   move("CAPTURING"),\n    "undo":              move("VOIDED", "payment.voided"),',
  },
  {
    name: "a payment is written only as it was read",
    file: "workers/payments/src/repositories/payments.ts",
    text: "{ _id: read._id, rev: read.rev },",
    instead: "{ _id: read._id },",
  },
  {
    name: "a message waits while its backend is out",
    file: "durable-objects/event-consumer/core.ts",
    text: 'if (outcome.kind === "done") return this.#line.remove(message);',
    instead:
      'if (outcome.kind === "done" || outcome.kind === "unavailable") return this.#line.remove(message);',
  },
  {
    name: "an early message waits",
    file: "durable-objects/event-consumer/core.ts",
    text: 'if (outcome.kind === "done") return this.#line.remove(message);',
    instead: 'if (outcome.kind === "done" || outcome.kind === "early") return this.#line.remove(message);',
  },
  {
    name: "one mail for one end of a booking",
    file: "workers/notifications/src/use-cases/note.ts",
    text: "const _id = notificationId(content.kind, about);",
    instead: "const _id = notificationId(content.kind, about + traceparent + deps.clock());",
  },
];
