import type { ConsumedBy, SagaService } from "./declaration.ts";
import type { Envelope } from "./envelope.ts";

/**
 * How a handler answers for one message:
 * - `done`: its effect is durable, or was before;
 * - `early`: it came before what it follows; it is parked and tried again until `deadline`;
 * - `rejected`: it can never be handled as it is; tried 3 times, then dead-lettered;
 * - `unavailable`: a backend does not answer; the partition waits, without limit of tries.
 */
export type Outcome =
  | { kind: "done" }
  | { kind: "early"; detail: string }
  | { kind: "rejected"; detail: string }
  | { kind: "unavailable"; detail: string };

export const DONE: Outcome = { kind: "done" };

/**
 * One handler for each topic that a service consumes: a missing one, or one too many, does not compile.
 * `R` is what a handler gives the service's own dispatcher: a command, or an outcome at once.
 */
export type HandlerTable<S extends SagaService, R> = {
  [T in ConsumedBy<S>]: (message: Envelope<T>) => R;
};

/** Calls the handler of a message's topic. */
export function dispatch<S extends SagaService, R>(table: HandlerTable<S, R>, message: Envelope): R {
  const handler = table[message.type as ConsumedBy<S>] as (message: Envelope) => R;
  return handler(message);
}
