import { z } from "zod";
import { BOOKING_EXAMPLE, EVENT_EXAMPLE, exampleId, PAYMENT_EXAMPLE } from "#shared/contracts/examples.ts";
import { TOPICS, type TopicName } from "#shared/saga/declaration.ts";
import { type Envelope, envelope } from "#shared/saga/envelope.ts";

/** Epoch ms of every example. */
const NOW = Date.parse(BOOKING_EXAMPLE.createdAt);
const LATER = new Date(NOW + 240_000).toISOString();

/** One purchase of the API's examples, field by field, under the names that payloads give them. */
const BY_NAME: Record<string, unknown> = {
  bookingId: BOOKING_EXAMPLE.id,
  eventId: EVENT_EXAMPLE.id,
  userId: BOOKING_EXAMPLE.userId,
  organiserId: EVENT_EXAMPLE.organiserId,
  venueId: EVENT_EXAMPLE.venueId,
  paymentId: PAYMENT_EXAMPLE.id,
  providerTransactionId: PAYMENT_EXAMPLE.providerTransactionId,
  refundId: "re_UKyuATeD84jAcsBnCFvYFqwT",
  disputeId: "dp_UKyuATeD84jAcsBnCFvYFqwT",
  paymentMethodToken: "pm_card_visa",
  holdId: exampleId("hold"),
  name: EVENT_EXAMPLE.name,
  eventName: EVENT_EXAMPLE.name,
  venueName: EVENT_EXAMPLE.venueName,
  userName: "Test Buyer",
  email: "test@ticketflow.dev",
  userEmail: "test@ticketflow.dev",
  seatIds: BOOKING_EXAMPLE.seatIds,
  requestedSeatIds: BOOKING_EXAMPLE.seatIds,
  unavailableSeatIds: BOOKING_EXAMPLE.seatIds.slice(0, 1),
  generalAdmission: [],
  eventTimeZone: EVENT_EXAMPLE.timeZone,
  lines: BOOKING_EXAMPLE.lines.map(({ label, tier, quantity, price }) => ({ label, tier, quantity, price })),
  ticketTiers: [{ tier: "Premium", price: 24_000, currency: "EUR" }],
  changed: ["startsAt"],
  totalSeats: 1_485,
  amount: BOOKING_EXAMPLE.totalAmount,
  totalAmount: BOOKING_EXAMPLE.totalAmount,
  refundAmount: BOOKING_EXAMPLE.totalAmount,
  currency: "EUR",
  startsAt: "2030-06-01T17:00:00.000Z",
  eventDate: "2030-06-01T17:00:00.000Z",
  lockExpiresAt: LATER,
  expiresAt: LATER,
  payBy: LATER,
  kind: "authentication",
  failureDetail: "stalls-left-g-1",
  failureReason: null,
  seq: 12,
};

/** Fields whose example depends on the topic. */
const BY_TOPIC: Partial<Record<TopicName, Record<string, unknown>>> = {
  "user.registered": { name: "Test Buyer" },
  "event.cancelled": { reason: "The singer is ill" },
  "seats.lock-failed": { reason: "taken" },
  "seats.release": { reason: "PAYMENT_FAILED" },
  "payment.voided": { reason: "SEATS_UNAVAILABLE" },
};

/** A message of a topic as it travels. */
export function exampleEnvelope(topic: TopicName): Envelope {
  const schema = TOPICS[topic].payload as z.ZodObject;
  const fields = Object.entries(schema.shape).map(([name, field]) => [
    name,
    exampleField(topic, name, field),
  ]);
  const payload = schema.parse(Object.fromEntries(fields)) as Envelope["payload"];
  const key = String((payload as Record<string, unknown>)[TOPICS[topic].key]);
  const trace = { now: NOW, traceparent: "00-01a200579c067fc98fcd51ce856540e6-b7ad6b7169203331-01" };
  return envelope(topic, key, payload, trace);
}

function exampleField(topic: TopicName, name: string, schema: unknown): unknown {
  const known = BY_TOPIC[topic]?.[name] ?? BY_NAME[name];
  if (known !== undefined) return known;
  if (schema instanceof z.ZodOptional) return exampleField(topic, name, schema.unwrap());
  if (schema instanceof z.ZodEnum) return schema.options[0];
  if (schema instanceof z.ZodISODateTime) return new Date(NOW).toISOString();
  return 1;
}
