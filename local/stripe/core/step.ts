import type { NewId } from "./ids.ts";
import type { ChargeRecord, IntentRecord, IntentStatus, PaymentFailure } from "./records.ts";

/**
 * The PaymentIntent state machine, pure: records in, records and event names out.
 * Its steps are in attempt.ts (confirm, authenticate) and ending.ts (capture, cancel, expire).
 * https://docs.stripe.com/payments/paymentintents/lifecycle
 */

/** What a step needs from outside. `nowSeconds` is epoch seconds. */
export interface StepContext {
  nowSeconds: number;
  newId: NewId;
}

/** The outcome of a step: what to store, what to announce (in order), and the decline to answer with. */
export interface Step {
  intent: IntentRecord;
  charge: ChargeRecord | null;
  events: string[];
  failure: PaymentFailure | null;
}

/** A step that the rules do not allow; nothing changes. */
export class StateRefusal extends Error {
  readonly code: string;
  readonly param: string | null;
  constructor(code: string, message: string, param: string | null = null) {
    super(message);
    this.code = code;
    this.param = param;
  }
}

/** A refusal because of the intent's status. */
export const unexpected = (message: string): StateRefusal =>
  new StateRefusal("payment_intent_unexpected_state", message);

export const CONFIRMABLE: readonly IntentStatus[] = [
  "requires_payment_method",
  "requires_confirmation",
  "requires_action",
];
export const CANCELABLE: readonly IntentStatus[] = [...CONFIRMABLE, "requires_capture"];

/** Whether amount, currency or payment method may still change. */
export const isOpen = (status: IntentStatus): boolean => CONFIRMABLE.includes(status);
