import { Unavailable } from "#shared/errors/problem.ts";
import { describeError } from "#shared/observability/log.ts";
import { traceIdOf } from "#shared/observability/trace.ts";
import { render } from "../core/letters/render.ts";
import type { MailSession, Verdict } from "../core/mailer.ts";
import { messageId, type Notification } from "../core/notification.ts";
import { LEASE_MS, MAX_TRIES, nextTry } from "../core/retry.ts";
import type { Settlement } from "../repositories/notifications.ts";
import type { NotificationsDeps } from "./deps.ts";

/** One run begins no mail after this: what is left is the sweeper's. */
const RUN_MS = 20_000;

/**
 * Sends mails that are due, one after the other over one connection. Each is claimed just before it is sent and settled
 * just after: a crash in between sends it again, under the same Message-ID. One that cannot be written or sent is put
 * off, and the others go out.
 * @throws Unavailable when the mail server or the database is out: the mails that are left wait for the sweeper
 */
export async function send(deps: NotificationsDeps, ids: string[]): Promise<void> {
  if (ids.length === 0) return;
  let session: MailSession | null = null;
  const stopAt = deps.clock() + RUN_MS;
  try {
    session = await deps.mailer.open();
    for (const id of ids) {
      if (deps.clock() >= stopAt) break;
      await sendOne(deps, session, id);
    }
  } finally {
    session?.close();
  }
}

async function sendOne(deps: NotificationsDeps, session: MailSession, id: string): Promise<void> {
  const now = deps.clock();
  const claimed = await deps.notifications.claim(id, new Date(now), new Date(now + LEASE_MS));
  if (!claimed) return;
  if (claimed.attempts > MAX_TRIES) return giveUp(deps, claimed);
  let verdict: Verdict;
  try {
    verdict = await session.send(await mailOf(deps, claimed));
  } catch (error) {
    if (!(error instanceof Unavailable)) verdict = { kind: "deferred", reason: describeError(error) };
    else {
      // Not begun: it is due again at once, and the next one would fare no better.
      const dueAt = new Date(deps.clock());
      await settle(deps, claimed, { state: "PENDING", failure: describeError(error), dueAt });
      throw error;
    }
  }
  await settle(deps, claimed, settlementOf(deps, claimed, verdict));
}

/** It never came to an end: whoever sent it died over it, each time. */
function giveUp(deps: NotificationsDeps, claimed: Notification): Promise<void> {
  return settle(deps, claimed, { state: "FAILED", failure: `given up: no end in ${MAX_TRIES} tries` });
}

async function mailOf(deps: NotificationsDeps, notification: Notification) {
  const { content, to } = notification;
  const isEventsEnd = content.kind === "booking-cancelled" && content.facts.reason === "EVENT_CANCELLED";
  const reason = isEventsEnd ? await deps.notifications.cancellationReason(content.facts.eventId) : null;
  const rendered = render(content, { cancellationReason: reason ?? undefined });
  return { ...rendered, messageId: messageId(notification, deps.from), to };
}

function settlementOf(deps: NotificationsDeps, claimed: Notification, verdict: Verdict): Settlement {
  const now = deps.clock();
  if (verdict.kind === "accepted") return { state: "SENT", sentAt: new Date(now) };
  if (verdict.kind === "rejected") return { state: "FAILED", failure: verdict.reason };
  const dueAt = nextTry(claimed.attempts, claimed.createdAt.getTime(), now, deps.random());
  if (dueAt === null) return { state: "FAILED", failure: `given up: ${verdict.reason}` };
  return { state: "PENDING", failure: verdict.reason, dueAt: new Date(dueAt) };
}

async function settle(deps: NotificationsDeps, claimed: Notification, settlement: Settlement): Promise<void> {
  const isMine = await deps.notifications.settle(claimed, settlement);
  const { _id: notificationId, bookingId, attempts, traceparent } = claimed;
  const { kind } = claimed.content;
  const { state } = settlement;
  // What a server answers may repeat the address: that stays in the database.
  const fields = {
    notificationId,
    kind,
    bookingId,
    state,
    attempts,
    traceId: traceIdOf(traceparent),
    isMine,
  };
  deps.logger[state === "SENT" && isMine ? "info" : "warn"]("mail", fields);
}
