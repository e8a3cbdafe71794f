import type { Payment } from "../core/payment.ts";

/** What one step came to: the payment afterwards, null when others wrote it meanwhile, or nothing left to do. */
export type Step = Payment | null | "rests";
