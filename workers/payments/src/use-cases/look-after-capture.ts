import { type OutgoingMessage, toMessage } from "#shared/saga/envelope.ts";
import { type Reading, readAftermath } from "../core/aftermath.ts";
import { disputed, refundedByProvider } from "../core/answers.ts";
import { nextState } from "../core/machine.ts";
import type { Payment } from "../core/payment.ts";
import type { Aftermath } from "../core/refund.ts";
import { idOf, keyOf } from "./ask-stripe.ts";
import type { PaymentsDeps } from "./deps.ts";
import { enter } from "./enter.ts";
import { lookAgain } from "./look-again.ts";
import type { Step } from "./step.ts";

/**
 * Looks at what became of money that was taken, and gives back what an undo asks for. Stripe's list of refunds comes
 * first: a refund whose call ended without an answer is in it, and is not made again.
 */
export async function lookAfterCapture(deps: PaymentsDeps, payment: Payment): Promise<Step> {
  // At rest, and nobody has reported anything.
  if (payment.state !== "REFUNDING" && payment.checkAt === null) return "rests";
  // Where nothing was taken Stripe has nothing to say.
  const seen: Aftermath =
    payment.capturedAmount === 0
      ? { refunds: [], disputes: [] }
      : await deps.provider.aftermath(idOf(payment));
  const reading = readAftermath(payment, seen);
  if (reading.refund === 0) return settled(deps, payment, reading);
  const { _id: paymentId, bookingId, keyNumber: number } = payment;
  const request = { bookingId, paymentId, intentId: idOf(payment), amount: reading.refund, number };
  const made = await deps.provider.refund(request, keyOf(payment, "refund"));
  if (made.status !== "refused") {
    return settled(deps, payment, readAftermath(payment, { ...seen, refunds: [made, ...seen.refunds] }));
  }
  // It may have been refunded by others in this moment; if not, Stripe has its reasons.
  const after = readAftermath(payment, await deps.provider.aftermath(idOf(payment)));
  if (after.refund === 0) return settled(deps, payment, after);
  // Others gave back a part meanwhile: the rest is another request, which takes another key.
  if (after.refund !== request.amount) return deps.payments.write(payment, { keyNumber: number + 1 }, []);
  const { change } = after;
  const refused: Reading = {
    ...{ ...after, refund: 0, input: "refund.failed" },
    change: { ...change, failureReason: made.failure },
  };
  return settled(deps, payment, refused);
}

async function settled(deps: PaymentsDeps, payment: Payment, reading: Reading): Promise<Step> {
  const now = deps.clock();
  const { input, isPending } = reading;
  const checkAt =
    isPending || (payment.state === "REFUNDING" && input === null) ? lookAgain(deps, payment) : null;
  const change = { ...reading.change, checkAt };
  const news = told(payment, reading, now);
  if (input !== null) return enter(deps, payment, nextState(payment.state, input), change, news);
  const written = await deps.payments.write(payment, change, news);
  if (!written) return null;
  await deps.payments.relay(written, deps.send);
  return "rests";
}

/** What others did at Stripe, each said once. */
function told(payment: Payment, { news }: Reading, now: number): OutgoingMessage[] {
  return [
    ...news.refunds.map((refund) => refundedByProvider(payment, refund, now)),
    ...news.disputes.map((dispute) => disputed(payment, dispute, now)),
  ].map(toMessage);
}
