import { mustBe } from "./checks.ts";
import { type Booking, formatAmount, type Payment, paymentOf, type Run } from "./context.ts";
import { until } from "./until.ts";

/** The payment as the API shows it. */
export function checkPayment(
  run: Run,
  bookingId: string,
  expected: Pick<Payment, "status" | "capturedAmount">,
): Promise<Payment> {
  return run.report.step(
    "See the payment",
    async () => {
      const payment = await paymentOf(run, bookingId);
      const { status, capturedAmount } = payment;
      mustBe("the payment", { status, capturedAmount }, expected);
      return payment;
    },
    ({ id, status, capturedAmount, currency }) =>
      `${status}, ${formatAmount(capturedAmount, currency)} captured, ${id}`,
  );
}

/**
 * The provider's own record: how much it has taken for a booking, and that nothing is left authorised.
 * @param attempts how many intents there are: one for a booking that came as far as its payment
 */
export async function checkRecord(
  run: Run,
  booking: Booking,
  expected: { attempts: number; captured: number },
): Promise<void> {
  const { paymentRecord, report } = run;
  const title = "Ask Stripe's own record";
  if (!paymentRecord) return report.detail(`${title}: skipped, its address is not known`);
  const ask = () => paymentRecord(booking.id, Date.parse(booking.createdAt));
  const sum = (amounts: number[]) => amounts.reduce((total, amount) => total + amount, 0);
  await report.step(
    title,
    async () => {
      const isSettled = ({ status }: { status: string }) => status === "succeeded" || status === "canceled";
      const intents = await until("an end of every intent", ask, (found) => found.every(isSettled));
      mustBe("the number of intents", intents.length, expected.attempts);
      mustBe("what Stripe captured", sum(intents.map(({ captured }) => captured)), expected.captured);
      mustBe("what Stripe holds", sum(intents.map(({ held }) => held)), 0);
      return intents;
    },
    (intents) =>
      intents.map(({ id, status }) => `${status}, ${id}`).join("; ") || "no payment was ever begun",
  );
}
