import { Unavailable } from "#shared/errors/problem.ts";
import { describeError } from "#shared/observability/log.ts";
import type { Envelope } from "#shared/saga/envelope.ts";
import { dispatch, type HandlerTable, type Outcome } from "#shared/saga/handlers.ts";
import { gatheredPayments } from "../repositories/gathered-payments.ts";
import type { PaymentsDeps } from "../use-cases/deps.ts";
import { onBookingCancelled } from "./on-booking-cancelled.ts";
import { onBookingFailed } from "./on-booking-failed.ts";
import { onPaymentCapture } from "./on-payment-capture.ts";
import { onPaymentRequested } from "./on-payment-requested.ts";

/** Stripe calls at once from one consumer: an invocation may hold six connections, and two are for the log. */
const AT_ONCE = 4;

/** Handles messages of different bookings, some at once: most of the time goes into waiting for Stripe. */
export async function handleBatch(service: PaymentsDeps, batch: Envelope[]): Promise<Outcome[]> {
  const deps = { ...service, payments: gatheredPayments(service.payments) };
  const handlers: HandlerTable<"payments", Promise<Outcome>> = {
    "payment.requested": (message) => onPaymentRequested(deps, message),
    "payment.capture": (message) => onPaymentCapture(deps, message),
    "booking.cancelled": (message) => onBookingCancelled(deps, message),
    "booking.failed": (message) => onBookingFailed(deps, message),
  };
  const outcomes: Outcome[] = [];
  let next = 0;
  const work = async () => {
    while (next < batch.length) {
      const index = next++;
      outcomes[index] = await outcomeOf(dispatch<"payments", Promise<Outcome>>(handlers, batch[index]!));
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, batch.length) }, work));
  return outcomes;
}

/** One booking's trouble is not the batch's. */
async function outcomeOf(handling: Promise<Outcome>): Promise<Outcome> {
  try {
    return await handling;
  } catch (error) {
    if (error instanceof Unavailable)
      return { kind: "unavailable", detail: describeError(error.cause ?? error) };
    return { kind: "rejected", detail: describeError(error) };
  }
}
