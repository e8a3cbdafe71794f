import type { BackendGuard } from "#shared/backend-guard.ts";
import type { Mailer } from "../core/mailer.ts";

/** A mail server behind a circuit breaker. Whoever asks how it is asks the server itself. */
export function guarded(mailer: Mailer, guard: BackendGuard): Mailer {
  return { open: () => guard(() => mailer.open()), ping: () => mailer.ping() };
}
