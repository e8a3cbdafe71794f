import type { NotificationsDeps } from "./deps.ts";
import { send } from "./send.ts";

/** The most mails one sweep sends. */
const LIMIT = 200;

/** One sweep: mails that a crash, an outage or a busy server left to be sent. */
export async function sweep(deps: NotificationsDeps): Promise<void> {
  await send(deps, await deps.notifications.due(new Date(deps.clock()), LIMIT));
}
