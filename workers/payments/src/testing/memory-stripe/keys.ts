import Stripe from "stripe";
import { type RawError, Refusal, toError } from "./refusals.ts";

/** The calls that carry a key, by the names that our port has for them. */
export type KeyedCall =
  | "createIntent"
  | "confirm"
  | "capture"
  | "cancel"
  | "openPage"
  | "closePage"
  | "refund";

/**
 * error_before: nothing done, and nothing kept under the key. error_after: done, and from then on the key answers with
 * the failure. disconnect_after: done, and only the answer is lost. rate_limit: nothing done.
 */
export type Fault = "error_before" | "error_after" | "disconnect_after" | "rate_limit";

type Answer = { value: unknown } | { raw: RawError };

const SERVER_ERROR: RawError = { status: 500, type: "api_error", message: "An unknown error occurred." };
const RATE_LIMIT: RawError = { status: 429, type: "invalid_request_error", message: "Too many requests." };

/**
 * Stripe's idempotency keys: a call with a key that was used is answered as the first one was, whatever has happened
 * since. https://docs.stripe.com/api/idempotent_requests
 */
export class Keys {
  readonly #answers = new Map<string, { request: string; answer: Answer }>();
  #faults: { call: KeyedCall; fault: Fault }[] = [];

  /** The next call of this kind fails. */
  fault(call: KeyedCall, fault: Fault): void {
    this.#faults.push({ call, fault });
  }

  heal(): void {
    this.#faults = [];
  }

  /** Executes a call, or repeats what its key was answered with. @throws what the official SDK would throw */
  answer<T>(
    call: { name: KeyedCall; of: string; params: object; key: string | undefined },
    execute: () => T,
  ): T {
    const { name, key } = call;
    const request = JSON.stringify([name, call.of, call.params]);
    const stored = key === undefined ? undefined : this.#answers.get(key);
    if (stored) return given<T>(stored.request === request ? stored.answer : { raw: wrongUse(key!) });
    const fault = this.#take(name);
    if (fault === "error_before") throw toError(SERVER_ERROR);
    if (fault === "rate_limit") throw toError(RATE_LIMIT);
    const executed = outcomeOf(execute);
    const answer = fault === "error_after" ? { raw: SERVER_ERROR } : executed;
    if (key !== undefined) this.#answers.set(key, { request, answer });
    if (fault === "disconnect_after")
      throw new Stripe.errors.StripeConnectionError({ message: "cut" } as never);
    return given<T>(answer);
  }

  #take(name: KeyedCall): Fault | null {
    const found = this.#faults.find(({ call }) => call === name);
    this.#faults = this.#faults.filter((each) => each !== found);
    return found?.fault ?? null;
  }
}

function outcomeOf(execute: () => unknown): Answer {
  try {
    return { value: execute() };
  } catch (error) {
    if (error instanceof Refusal) return { raw: error.raw };
    throw error;
  }
}

function given<T>(answer: Answer): T {
  if ("raw" in answer) throw toError(answer.raw);
  return structuredClone(answer.value) as T;
}

const wrongUse = (key: string): RawError => ({
  ...{ status: 400, type: "idempotency_error" },
  message: `The key ${key} was first used for another request.`,
});
