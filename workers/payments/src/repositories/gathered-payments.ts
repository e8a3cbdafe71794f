import { gather } from "#shared/gather.ts";
import type { PaymentStep, Payments } from "./payments.ts";
import type { RecentPayments } from "./recent-payments.ts";

/** More than a batch of messages has at once. */
const MOST = 100;

interface Gathering {
  /** What is waited for before each write, so that more come. */
  pause?: (() => Promise<unknown>) | undefined;
  /** What the consumer has told lately: that it is sent is noted along with what is written next. At once if absent. */
  recent?: RecentPayments | undefined;
}

/**
 * The same payments, for the messages of one batch: what some of them ask for at the same time is one call to the pool. Each
 * step is as durable when it resolves, and as guarded, as it is alone.
 */
export function gatheredPayments(payments: Payments, { pause, recent }: Gathering = {}): Payments {
  const add = gather(payments.addEach, MOST);
  const writeEach = (steps: PaymentStep[]) => payments.writeEach(steps, recent?.takeUnnoted());
  const write = gather(writeEach, MOST, pause);
  const ofBooking = gather(payments.ofBookings, MOST);
  let relay: ((payment: Parameters<Payments["relay"]>[0]) => Promise<void>) | null = null;
  return {
    ...payments,
    add,
    ofBooking,
    write(read, change, outbox) {
      // What it has told is not in its outbox any more, whatever the document says.
      const isTold = recent?.take(read.bookingId)?.rev === read.rev;
      return write({ read: isTold ? { ...read, outbox: [] } : read, change, outbox });
    },
    relay(payment, send) {
      // A batch has one `send`.
      relay ??= gather(
        async (some) => {
          if (recent) {
            await send(some.flatMap(({ outbox }) => outbox));
            for (const one of some) recent.told(one, payments.noteSent);
          } else await payments.relayEach(some, send);
          return some.map(() => undefined);
        },
        MOST,
        pause,
      );
      return relay(payment);
    },
  };
}
