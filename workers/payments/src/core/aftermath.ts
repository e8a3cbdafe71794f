import type { RefundInput } from "./machine.ts";
import type { Payment, PaymentChange } from "./payment.ts";
import type { Aftermath, Dispute, Refund } from "./refund.ts";

/** What Stripe's lists mean for a payment whose money was taken. */
export interface Reading {
  change: Pick<PaymentChange, "refunds" | "refundedAmount" | "disputes" | "failureReason">;
  /** How the machine moves, if it does. */
  input: RefundInput | null;
  /** How much is to be refunded now; 0 for nothing. */
  refund: number;
  /** A refund is under way: it is looked for again. */
  isPending: boolean;
  /** Others' refunds that were decided since the last look, and disputes that are new. */
  news: { refunds: Refund[]; disputes: Dispute[] };
}

/** A refund is begun this often for one payment; after that a person is needed. */
const MAX_REFUND_TRIES = 5;

/**
 * Why a refund failed that may go through another time; all other reasons stay.
 * https://docs.stripe.com/refunds#failed-refunds
 */
const PASSING_FAILURES = new Set([
  "insufficient_funds",
  "balance_insufficient",
  "processing_error",
  "unknown",
]);

/** Whether to begin a refund again, for an undo that comes again. */
export function mayTryAgain({ isUndone, refundTries, failureReason }: Payment): boolean {
  // The refund that failed was somebody else's: ours has not been tried.
  if (!isUndone) return true;
  return refundTries < MAX_REFUND_TRIES && PASSING_FAILURES.has(failureReason ?? "");
}

/** What a payment writes down when it begins to give back. @param keyNumber one that no refund was made with */
export function beginRefund(payment: Payment, keyNumber: number): PaymentChange {
  const refundTries = payment.refundTries + 1;
  return { isUndone: true, keyNumber, refundFrom: keyNumber, refundTries, failureReason: null };
}

/**
 * Reads Stripe's refunds and disputes against a payment. All that is left of what was taken goes back, in one refund a
 * try: one that Stripe has already, whoever made it and however the call for it ended, is never made again.
 */
export function readAftermath(payment: Payment, { refunds, disputes }: Aftermath): Reading {
  const of = (status: Refund["status"]) => refunds.filter((refund) => refund.status === status);
  const refundedAmount = sum(of("succeeded"));
  const isPending = of("pending").length > 0;
  const open = payment.capturedAmount - refundedAmount - sum(of("pending"));
  const ours = refunds.filter(({ number }) => number !== null && number >= payment.refundFrom);
  const isTried = payment.refundFrom > 0 && ours.length > 0;
  const refund = payment.state === "REFUNDING" && !isTried && open > 0 ? open : 0;
  const input = refund > 0 ? null : inputOf(payment, { refunds, refundedAmount, isPending });
  const failed = of("failed");
  const failure = (ours.find(({ status }) => status === "failed") ?? failed.at(0))?.failure ?? "unknown";
  return {
    change: {
      ...{ refunds, refundedAmount, disputes },
      ...(input !== null ? { failureReason: input === "refund.failed" ? failure : null } : {}),
    },
    ...{ input, refund, isPending },
    news: {
      refunds: refunds.filter(
        (seen) => seen.number === null && seen.status !== "pending" && isNews(payment, seen),
      ),
      disputes: disputes.filter(({ id }) => !payment.disputes.some((known) => known.id === id)),
    },
  };
}

function inputOf(
  { state, capturedAmount, isUndone }: Payment,
  seen: { refunds: Refund[]; refundedAmount: number; isPending: boolean },
): RefundInput | null {
  const { refunds, refundedAmount, isPending } = seen;
  const next = (input: RefundInput, inState: Payment["state"]) => (state === inState ? null : input);
  if (refundedAmount >= capturedAmount && (refunds.length > 0 || isUndone))
    return next("refunds.all", "REFUNDED");
  if (isUndone) return isPending ? null : next("refund.failed", "REFUND_FAILED");
  if (refundedAmount > 0) return next("refunds.some", "PARTIALLY_REFUNDED");
  return refunds.some(({ status }) => status === "failed") ? next("refund.failed", "REFUND_FAILED") : null;
}

const isNews = ({ refunds }: Payment, { id, status }: Refund): boolean =>
  !refunds.some((known) => known.id === id && known.status === status);

const sum = (refunds: Refund[]): number => refunds.reduce((total, { amount }) => total + amount, 0);
