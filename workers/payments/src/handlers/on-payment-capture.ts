import type { Envelope } from "#shared/saga/envelope.ts";
import { DONE, type Outcome } from "#shared/saga/handlers.ts";
import { isAfterCapture, PAYMENT_MACHINE } from "../core/machine.ts";
import type { PaymentsDeps } from "../use-cases/deps.ts";
import { drive } from "../use-cases/drive.ts";
import { enter } from "../use-cases/enter.ts";
import { repeatAnswer } from "../use-cases/repeat-answer.ts";

/** The seats are reserved: take the money. From here on there is no way back but a refund. */
export async function onPaymentCapture(
  deps: PaymentsDeps,
  { payload }: Envelope<"payment.capture">,
): Promise<Outcome> {
  const { bookingId } = payload;
  const payment = deps.recent?.takeAuthorised(bookingId) ?? (await deps.payments.ofBooking(bookingId));
  const rule = PAYMENT_MACHINE[payment?.state ?? "NONE"]["payment.capture"];
  if (!payment || rule?.kind === "early") {
    return { kind: "early", detail: payment ? `the payment is ${payment.state}` : "no such payment yet" };
  }
  if (rule?.kind === "repeat") {
    await repeatAnswer(deps, payment, isAfterCapture(payment.state) ? "CAPTURED" : "CAPTURE_FAILED");
    return DONE;
  }
  const next = rule ? await enter(deps, payment, rule.to) : payment;
  if (!next) return { kind: "unavailable", detail: "the payment is being written" };
  await drive(deps, next);
  return DONE;
}
