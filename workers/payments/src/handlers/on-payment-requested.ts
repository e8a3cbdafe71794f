import type { Envelope } from "#shared/saga/envelope.ts";
import { DONE, type Outcome } from "#shared/saga/handlers.ts";
import { PAYMENT_MACHINE } from "../core/machine.ts";
import type { PaymentsDeps } from "../use-cases/deps.ts";
import { drive } from "../use-cases/drive.ts";
import { newPayment } from "../use-cases/new-payment.ts";
import { repeatAnswer } from "../use-cases/repeat-answer.ts";
import { addBegun } from "../use-cases/start.ts";

/** The seats are locked: authorise the money, unless it is too late or the booking was undone first. */
export async function onPaymentRequested(
  deps: PaymentsDeps,
  { payload }: Envelope<"payment.requested">,
): Promise<Outcome> {
  const { bookingId, userId, organiserId, amount, currency, paymentMethodToken } = payload;
  const payBy = new Date(payload.payBy);
  const fresh = newPayment(
    { bookingId, userId, organiserId, amount, currency, payBy, paymentMethodToken },
    deps.clock(),
  );
  const added = await addBegun(deps, fresh);
  if (added) {
    await drive(deps, added, true);
    return DONE;
  }
  const payment = await deps.payments.ofBooking(bookingId);
  if (!payment) return { kind: "unavailable", detail: "the payment is being written" };
  const driven = await drive(deps, payment);
  const isRepeat = PAYMENT_MACHINE[driven.state]["payment.requested"]?.kind === "repeat";
  if (isRepeat && driven.rev === payment.rev) await repeatAnswer(deps, driven, driven.state);
  return DONE;
}
