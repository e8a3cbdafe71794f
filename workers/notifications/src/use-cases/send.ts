import { Unavailable } from "#shared/errors/problem.ts";
import { describeError } from "#shared/observability/log.ts";
import { traceIdOf } from "#shared/observability/trace.ts";
import { render } from "../core/letters/render.ts";
import type { MailSession, Verdict } from "../core/mailer.ts";
import { messageId, type Notification } from "../core/notification.ts";
import { LEASE_MS, MAX_TRIES, nextTry } from "../core/retry.ts";
import type { Settlement, Try } from "../repositories/notifications.ts";
import type { NotificationsDeps } from "./deps.ts";

/** One run claims no mail after this: what is left is the sweeper's. */
const RUN_MS = 20_000;

/** Claimed together: a crash sends no more of them a second time, and a slow server gets through them within the lease. */
const CLAIMED_AT_ONCE = 10;

/** So much of the lease a mail needs that is begun now (`smtp/smtp-mailer.ts`). */
const ONE_MAIL_MS = 60_000;

/** By so much leases differ, so that two claims at one moment are told apart. */
const LEASE_SPREAD_MS = 1_000;

/**
 * Sends mails that are due, one after the other over one connection. Each is claimed before it is sent and settled
 * after: a crash in between sends it again, under the same Message-ID. One that cannot be written or sent is put
 * off, and the others go out. Claims and settlements of several are one round trip to the database.
 * @throws Unavailable when the mail server or the database is out: the mails that are left wait for the sweeper
 */
export async function send(deps: NotificationsDeps, ids: string[]): Promise<void> {
  if (ids.length === 0) return;
  let session: MailSession | null = null;
  const stopAt = deps.clock() + RUN_MS;
  try {
    session = await deps.mailer.open();
    for (let from = 0; from < ids.length && deps.clock() < stopAt; from += CLAIMED_AT_ONCE) {
      await sendSome(deps, session, ids.slice(from, from + CLAIMED_AT_ONCE));
    }
  } finally {
    session?.close();
  }
}

async function sendSome(deps: NotificationsDeps, session: MailSession, ids: string[]): Promise<void> {
  const now = deps.clock();
  const until = now + LEASE_MS + Math.floor(LEASE_SPREAD_MS * deps.random());
  const claimed = await deps.notifications.claimEach(ids, new Date(now), new Date(until));
  const tries: Try[] = [];
  try {
    for (const one of claimed) {
      // What is left is due again when its lease is over.
      if (deps.clock() > until - ONE_MAIL_MS) break;
      tries.push({ claimed: one, settlement: await sendOne(deps, session, one) });
    }
  } catch (error) {
    // Not begun: they are due again at once, and none of them would fare better now.
    const dueAt = new Date(deps.clock());
    for (const one of claimed.slice(tries.length)) {
      tries.push({ claimed: one, settlement: { state: "PENDING", failure: describeError(error), dueAt } });
    }
    throw error;
  } finally {
    await settle(deps, tries);
  }
}

/** @throws Unavailable when the mail server is out: the mail was not begun */
async function sendOne(
  deps: NotificationsDeps,
  session: MailSession,
  claimed: Notification,
): Promise<Settlement> {
  // It never came to an end: whoever sent it died over it, each time.
  if (claimed.attempts > MAX_TRIES) {
    return { state: "FAILED", failure: `given up: no end in ${MAX_TRIES} tries` };
  }
  let verdict: Verdict;
  try {
    verdict = await session.send(await mailOf(deps, claimed));
  } catch (error) {
    if (error instanceof Unavailable) throw error;
    verdict = { kind: "deferred", reason: describeError(error) };
  }
  return settlementOf(deps, claimed, verdict);
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

async function settle(deps: NotificationsDeps, tries: Try[]): Promise<void> {
  if (tries.length === 0) return;
  const mine = await deps.notifications.settleEach(tries);
  for (const [index, each] of tries.entries()) tell(deps, each, mine[index]!);
}

function tell(deps: NotificationsDeps, { claimed, settlement }: Try, isMine: boolean): void {
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
