import type { Envelope, OutgoingMessage } from "#shared/saga/envelope.ts";
import { isAfterCapture } from "../../../workers/payments/src/core/machine.ts";
import type { Payment } from "../../../workers/payments/src/core/payment.ts";

/** An intent as Stripe has it, with how often a card was tried for it. */
export interface IntentSeen {
  id: string;
  bookingId: string | undefined;
  status: string;
  received: number;
  charges: number;
  refunds: { isOurs: boolean; amount: number; status: string }[];
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
    if (payment?.state !== "CAPTURING" && !isAfterCapture(payment!.state)) say("captured unasked");
    if (payment) for (const text of refundViolations(payment, captured[0]!)) say(text);
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

/** What was taken goes back once, and only to an undo, but for what somebody else gave back at Stripe. */
function refundViolations(payment: Payment, { refunds, received }: IntentSeen): string[] {
  const found: string[] = [];
  const sum = (statuses: string[]) =>
    refunds
      .filter(({ status }) => statuses.includes(status))
      .reduce((total, { amount }) => total + amount, 0);
  const ours = refunds.filter(({ isOurs, status }) => isOurs && status !== "failed");
  if (ours.length > 1) found.push(`${ours.length} refunds of ours`);
  if (ours.length > 0 && !payment.isUndone) found.push("refunded unasked");
  if (sum(["succeeded", "pending"]) > received) found.push("more refunded than taken");
  if (payment.state === "REFUNDED" && sum(["succeeded", "pending"]) < received && payment.checkAt === null) {
    const isLateFailure = refunds.some(({ status }) => status === "failed");
    if (!isLateFailure) found.push("counts as refunded, and is not");
  }
  return found;
}
