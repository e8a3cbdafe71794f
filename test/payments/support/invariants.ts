import type { Envelope, OutgoingMessage } from "#shared/saga/envelope.ts";
import type { Payment } from "../../../workers/payments/src/core/payment.ts";

/** An intent as Stripe has it, with how often a card was tried for it. */
export interface IntentSeen {
  id: string;
  bookingId: string | undefined;
  status: string;
  received: number;
  charges: number;
}

/** In these, the buyer's money is held, or can still be. */
const HOLDING = ["requires_action", "processing", "requires_capture", "succeeded"];

/** What must hold of a booking's money at any time, in sentences where it does not. */
export function violations(
  bookingId: string,
  payment: Payment | null,
  intents: IntentSeen[],
  sent: OutgoingMessage[],
): string[] {
  const found: string[] = [];
  const say = (text: string) => found.push(`${bookingId} (${payment?.state}): ${text}`);
  const told = [...sent, ...(payment?.outbox ?? [])].map(
    ({ value }) => JSON.parse(value) as Envelope<"payment.processed">,
  );

  const captured = intents.filter(({ status }) => status === "succeeded");
  if (captured.length > 1) say(`${captured.length} intents were captured`);
  if (captured.length > 0) {
    if (!told.some(({ type, payload }) => type === "payment.processed" && payload.status === "SUCCESS")) {
      say("captured without having been authorised");
    }
    if (payment?.state !== "CAPTURING" && payment?.state !== "CAPTURED") say("captured unasked");
  }
  for (const { id, status } of intents) {
    const isHolding = HOLDING.includes(status);
    if (isHolding && id !== payment?.intentId) say(`${id} is ${status}, and nobody knows of it`);
    if (isHolding && ["VOIDED", "FAILED", "CAPTURE_FAILED"].includes(payment?.state ?? "")) {
      say(`${id} is still ${status}`);
    }
  }
  for (const topic of ["payment.processed", "payment.captured"]) {
    const answers = new Set(told.filter(({ type }) => type === topic).map(({ payload }) => payload.status));
    if (answers.size > 1) say(`${topic} said both ${[...answers].join(" and ")}`);
  }
  if (payment && payment.unsent !== payment.outbox.length > 0) say("unsent is not what the outbox says");
  return found;
}
