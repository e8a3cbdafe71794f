import Stripe from "stripe";
import { backendGuard } from "#shared/backend-guard.ts";
import type { Clock } from "#shared/clock.ts";
import { Unavailable } from "#shared/errors/problem.ts";
import type { Logger } from "#shared/observability/log.ts";
import type { PaymentProvider } from "../core/provider.ts";

/** How long nobody asks then: a moment at first, and at last as long as one time-out, which each call would pay otherwise. */
const COOL_DOWN_MS = 1_000;
const LONGEST_COOL_DOWN_MS = 10_000;

/**
 * A provider behind a circuit breaker. While it is open every call is Unavailable at once; a decline or a refusal is an
 * answer, and never opens it. The health check goes round it: it asks how the provider is, not how the breaker is.
 */
export function guarded(
  provider: PaymentProvider,
  options: { clock: Clock; logger: Logger; random?: () => number },
): PaymentProvider {
  const breaker = backendGuard({
    ...{ backend: "stripe", ...options },
    ...{ coolDownMs: COOL_DOWN_MS, longestCoolDownMs: LONGEST_COOL_DOWN_MS },
    isOutage: (thrown) => thrown instanceof Unavailable && !isAnswer(thrown.cause),
  });
  const guard =
    <A extends unknown[], T>(call: (...args: A) => Promise<T>) =>
    (...args: A): Promise<T> =>
      breaker(() => call(...args));
  return {
    createIntent: guard(provider.createIntent),
    openPage: guard(provider.openPage),
    retrievePage: guard(provider.retrievePage),
    closePage: guard(provider.closePage),
    confirm: guard(provider.confirm),
    capture: guard(provider.capture),
    cancel: guard(provider.cancel),
    retrieve: guard(provider.retrieve),
    refund: guard(provider.refund),
    aftermath: guard(provider.aftermath),
    list: guard(provider.list),
    ping: provider.ping,
  };
}

/** A key that was used with other parameters: Stripe is well, and says so. */
const isAnswer = (cause: unknown) => cause instanceof Stripe.errors.StripeIdempotencyError;
