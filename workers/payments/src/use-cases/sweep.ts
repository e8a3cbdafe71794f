import { Unavailable } from "#shared/errors/problem.ts";
import { describeError } from "#shared/observability/log.ts";
import { nextLook } from "../core/next-look.ts";
import type { PaymentsDeps } from "./deps.ts";
import { drive } from "./drive.ts";
import { reconcile } from "./reconcile.ts";

/** The most payments one sweep looks at. */
const LIMIT = 50;

/**
 * One sweep: what a crash left unsent, payments in flight that nobody has moved for a while, and a page of what Stripe
 * has, compared with what is recorded here. Each part is tried whatever becomes of the others.
 * @throws the first part's error, once all have ended
 */
export async function sweep(deps: PaymentsDeps): Promise<void> {
  const errors: unknown[] = [];
  for (const part of [sendLeftovers, lookAtDue, reconcile]) {
    await part(deps).catch((error: unknown) => errors.push(error));
  }
  if (errors.length > 0) throw errors[0];
}

async function sendLeftovers({ payments, send, clock }: PaymentsDeps): Promise<void> {
  await payments.sweepOutbox(send, new Date(clock()));
}

/** @throws Unavailable when a backend is out: the others would wait for it, too, each for as long */
async function lookAtDue(deps: PaymentsDeps): Promise<void> {
  for (const payment of await deps.payments.due(new Date(deps.clock()), LIMIT)) {
    // Put off first: one that cannot be moved must not stand in the way of the others in the next sweep.
    const checkAt = nextLook(payment, deps.clock());
    const claimed = await deps.payments.write(payment, { checkAt }, []);
    if (!claimed) continue;
    try {
      await drive(deps, claimed);
    } catch (error) {
      const fields = { paymentId: payment._id, error: describeError(error) };
      deps.logger.warn("payment is left for a later sweep", fields);
      if (error instanceof Unavailable) throw error;
    }
  }
}
