import { type OutgoingMessage, toMessage } from "#shared/saga/envelope.ts";
import { ANSWER_OF } from "../core/answers.ts";
import { isAtRest, type PaymentState } from "../core/machine.ts";
import { nextLook } from "../core/next-look.ts";
import type { Payment, PaymentChange } from "../core/payment.ts";
import type { PaymentsDeps } from "./deps.ts";

/** A payment as it looks on entering a state. */
export function entering(
  payment: Payment,
  state: PaymentState,
  change: PaymentChange,
  now: number,
): PaymentChange {
  const updatedAt = new Date(now);
  const rests = isAtRest(state);
  return {
    checkAt: rests ? null : nextLook({ ...payment, state, updatedAt }, now),
    ...change,
    ...{ state, updatedAt },
    ...(rests ? { paymentMethodToken: null } : {}),
  };
}

/**
 * Moves a payment into a state, with what the state says to others, in one write; then sends it.
 * @param news what else there is to say
 * @returns the payment afterwards, or null when somebody else was faster
 */
export async function enter(
  deps: PaymentsDeps,
  payment: Payment,
  state: PaymentState,
  change: PaymentChange = {},
  news: OutgoingMessage[] = [],
): Promise<Payment | null> {
  const { changed, messages } = step(deps, payment, state, change, news);
  const written = await deps.payments.write(payment, changed, messages);
  return written && (await tell(deps, written, messages.length > 0));
}

/** The same for a payment that nobody knows of yet. @returns null when the booking has one already */
export async function addEntered(
  deps: PaymentsDeps,
  fresh: Payment,
  state: PaymentState,
  change: PaymentChange,
): Promise<Payment | null> {
  const { changed, messages } = step(deps, fresh, state, change, []);
  const added = { ...fresh, ...changed, outbox: messages, unsent: messages.length > 0 } as Payment;
  return (await deps.payments.add(added)) ? tell(deps, added, messages.length > 0) : null;
}

function step(
  deps: PaymentsDeps,
  payment: Payment,
  state: PaymentState,
  change: PaymentChange,
  news: OutgoingMessage[],
) {
  const now = deps.clock();
  const changed = entering(payment, state, change, now);
  const answer = ANSWER_OF[state]?.({ ...payment, ...changed } as Payment, now);
  return { changed, messages: answer ? [...news, toMessage(answer)] : news };
}

async function tell(deps: PaymentsDeps, written: Payment, saysSomething: boolean): Promise<Payment> {
  const { bookingId, _id: paymentId, state, failureReason: reason } = written;
  // A person is needed: the money stays until somebody finds another way back for it.
  const level = state === "REFUND_FAILED" ? "error" : "info";
  deps.logger[level]("payment step", { bookingId, paymentId, state, reason });
  if (!saysSomething) return written;
  await deps.payments.relay(written, deps.send);
  // Sent: the next step shall not send it again.
  return { ...written, outbox: [], unsent: false };
}
