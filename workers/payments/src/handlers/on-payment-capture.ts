import type { Envelope } from "#shared/saga/envelope.ts";
import { DONE, type Outcome } from "#shared/saga/handlers.ts";
import type { PaymentsDeps } from "../use-cases/deps.ts";
import { drive } from "../use-cases/drive.ts";
import { enter } from "../use-cases/enter.ts";
import { repeatAnswer } from "../use-cases/repeat-answer.ts";

/** The seats are reserved: take the money. From here on there is no way back but a refund. */
export async function onPaymentCapture(
  deps: PaymentsDeps,
  { payload }: Envelope<"payment.capture">,
): Promise<Outcome> {
  const payment = await deps.payments.ofBooking(payload.bookingId);
  if (!payment) return { kind: "early", detail: "no such payment yet" };
  switch (payment.state) {
    case "AUTHORISED": {
      // Where there is nothing to pay there is nothing to take.
      const next = await enter(deps, payment, payment.amount === 0 ? "CAPTURED" : "CAPTURING");
      if (!next) return { kind: "unavailable", detail: "the payment is being written" };
      await drive(deps, next);
      return DONE;
    }
    case "CAPTURING":
      await drive(deps, payment);
      return DONE;
    case "CAPTURED":
      await repeatAnswer(deps, payment, "CAPTURED");
      return DONE;
    case "CAPTURE_FAILED":
    case "VOIDED":
    case "FAILED":
      await repeatAnswer(deps, payment, "CAPTURE_FAILED");
      return DONE;
    default:
      return { kind: "early", detail: `the payment is ${payment.state}` };
  }
}
