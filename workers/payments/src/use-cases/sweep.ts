import { describeError } from "#shared/observability/log.ts";
import type { PaymentsDeps } from "./deps.ts";
import { drive } from "./drive.ts";

/** The most payments one sweep looks at. */
const LIMIT = 50;

/** One sweep: what a crash left unsent, and payments in flight that nobody has moved for a while. */
export async function sweep(deps: PaymentsDeps): Promise<void> {
  await deps.payments.sweepOutbox(deps.send);
  for (const payment of await deps.payments.due(new Date(deps.clock()), LIMIT)) {
    try {
      await drive(deps, payment);
    } catch (error) {
      deps.logger.warn("payment is left for the next sweep", {
        paymentId: payment._id,
        error: describeError(error),
      });
    }
  }
}
