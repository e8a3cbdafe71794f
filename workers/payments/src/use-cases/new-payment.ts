import { nextLook } from "../core/next-look.ts";
import type { Payment } from "../core/payment.ts";
import { UNTOUCHED } from "../core/untouched.ts";

/**
 * A payment before anything happened to it. It has its booking's number: whoever begins it again after a crash tells Stripe
 * the same, and gets the same intent for it.
 */
export function newPayment(
  request: Pick<Payment, "bookingId" | "userId" | "organiserId" | "amount" | "currency" | "payBy"> & {
    paymentMethodToken: string | null;
  },
  now: number,
): Payment {
  const created = { ...request, state: "CREATED", updatedAt: new Date(now), rev: 1 } as const;
  return {
    _id: request.bookingId.replace(/^bkg/, "pay"),
    ...created,
    ...UNTOUCHED,
    checkAt: nextLook(created, now),
    createdAt: new Date(now),
    outbox: [],
    unsent: false,
  };
}
