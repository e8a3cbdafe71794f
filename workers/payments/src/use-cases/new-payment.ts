import { newId } from "#shared/ids/id.ts";
import { nextLook } from "../core/next-look.ts";
import type { Payment } from "../core/payment.ts";

/** A payment before anything happened to it. */
export function newPayment(
  request: Pick<Payment, "bookingId" | "userId" | "organiserId" | "amount" | "currency" | "payBy"> & {
    paymentMethodToken: string | null;
  },
  now: number,
): Payment {
  return {
    _id: newId("pay", now),
    ...request,
    capturedAmount: 0,
    state: "CREATED",
    intentId: null,
    clientSecret: null,
    failureReason: null,
    keyNumber: 1,
    seenWebhooks: [],
    checkAt: nextLook(request.payBy, now),
    createdAt: new Date(now),
    updatedAt: new Date(now),
    outbox: [],
    unsent: false,
    rev: 1,
  };
}
