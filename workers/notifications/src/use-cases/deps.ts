import type { Clock } from "#shared/clock.ts";
import type { Logger } from "#shared/observability/log.ts";
import type { Mailer } from "../core/mailer.ts";
import type { Notifications } from "../repositories/notifications.ts";

/** What the use cases and handlers of notifications need. */
export interface NotificationsDeps {
  notifications: Notifications;
  /** Behind a circuit breaker: while the mail server is out, `open` fails at once. */
  mailer: Mailer;
  /** The sender of every mail. */
  from: string;
  clock: Clock;
  /** 0..1, for jitter. */
  random: () => number;
  logger: Logger;
}
