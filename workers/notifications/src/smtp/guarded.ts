import { type CircuitBreaker, CircuitOpen } from "#shared/circuit-breaker.ts";
import { Unavailable } from "#shared/errors/problem.ts";
import type { Mailer } from "../core/mailer.ts";

/** A mail server behind a circuit breaker. Whoever asks how it is asks the server itself. */
export function guarded(mailer: Mailer, breaker: CircuitBreaker): Mailer {
  return {
    async open() {
      try {
        return await breaker(() => mailer.open());
      } catch (error) {
        throw error instanceof CircuitOpen ? new Unavailable("mail", error) : error;
      }
    },
    ping: () => mailer.ping(),
  };
}
