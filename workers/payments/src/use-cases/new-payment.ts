import { newId } from "#shared/ids/id.ts";
import { nextLook } from "../core/next-look.ts";
import type { Payment } from "../core/payment.ts";
import { UNTOUCHED } from "../core/untouched.ts";

/** A payment before anything happened to it. */
export function newPayment(
  request: Pick<Payment, "bookingId" | "userId" | "organiserId" | "amount" | "currency" | "payBy"> & {
    paymentMethodToken: string | null;
  },
  now: number,
): Payment {
  const created = { ...request, state: "CREATED", updatedAt: new Date(now), rev: 1 } as const;
  return {
    _id: newId("pay", now),
    ...created,
    ...UNTOUCHED,
    checkAt: nextLook(created, now),
    createdAt: new Date(now),
    outbox: [],
    unsent: false,
  };
}
