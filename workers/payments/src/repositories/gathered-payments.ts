import { gather } from "#shared/gather.ts";
import type { Payments } from "./payments.ts";

/** More than a batch of messages has at once. */
const MOST = 100;

/**
 * The same payments, for the messages of one batch: what some of them ask for at the same time is one call to the pool. Each
 * step is as durable when it resolves, and as guarded, as it is alone.
 * @param pause what is waited for before each of them, so that more come
 */
export function gatheredPayments(payments: Payments, pause?: () => Promise<unknown>): Payments {
  const add = gather(payments.addEach, MOST);
  const write = gather(payments.writeEach, MOST, pause);
  const ofBooking = gather(payments.ofBookings, MOST);
  let relay: ((payment: Parameters<Payments["relay"]>[0]) => Promise<void>) | null = null;
  return {
    ...payments,
    add,
    ofBooking,
    write: (read, change, outbox) => write({ read, change, outbox }),
    relay(payment, send) {
      // A batch has one `send`.
      relay ??= gather(
        async (some) => {
          await payments.relayEach(some, send);
          return some.map(() => undefined);
        },
        MOST,
        pause,
      );
      return relay(payment);
    },
  };
}
