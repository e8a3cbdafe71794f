import { atMost } from "#shared/at-most.ts";
import { Unavailable } from "#shared/errors/problem.ts";
import { describeError } from "#shared/observability/log.ts";
import type { Envelope } from "#shared/saga/envelope.ts";
import { dispatch, type HandlerTable, type Outcome } from "#shared/saga/handlers.ts";
import type { PaymentProvider } from "../core/provider.ts";
import { gatheredPayments } from "../repositories/gathered-payments.ts";
import type { PaymentsDeps } from "../use-cases/deps.ts";
import { onBookingCancelled } from "./on-booking-cancelled.ts";
import { onBookingFailed } from "./on-booking-failed.ts";
import { onPaymentCapture } from "./on-payment-capture.ts";
import { onPaymentRequested } from "./on-payment-requested.ts";

/** Stripe calls at once from one consumer: an invocation may hold six connections, and two are for the log. */
const STRIPE_AT_ONCE = 4;

/** Messages at once: while some wait for Stripe, others write, and what they write goes together. */
const AT_ONCE = 16;

/** Handles messages of different bookings, some at once: most of the time goes into waiting for Stripe. */
export async function handleBatch(service: PaymentsDeps, batch: Envelope[]): Promise<Outcome[]> {
  // Few find nobody to wait for.
  const pause = batch.length > STRIPE_AT_ONCE ? service.gathering : undefined;
  const deps = {
    ...service,
    payments: gatheredPayments(service.payments, { pause, recent: service.recent }),
    provider: fewAtOnce(service.provider),
  };
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

/** The same provider, asked a few things at a time. */
function fewAtOnce(provider: PaymentProvider): PaymentProvider {
  const limited = atMost(STRIPE_AT_ONCE);
  return new Proxy(provider, {
    get(target, name) {
      const ask = Reflect.get(target, name) as (...args: unknown[]) => Promise<unknown>;
      return (...args: unknown[]) => limited(() => ask.apply(target, args));
    },
  });
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
