import { messageId, notificationId } from "../../workers/notifications/src/core/notification.ts";
import type { Course } from "./courses.ts";
import type { Struck } from "./strike.ts";

/** The sender of the local platform; its domain is part of each Message-ID. */
const FROM = "TicketFlow <tickets@ticketflow.dev>";

/** What is to be told of a booking: any one of these Message-IDs will do. */
export interface Expected {
  what: string;
  messageIds: string[];
}

/**
 * The mails that bookings lead to.
 * @param refunds the ids of Stripe's refunds, by booking
 */
export function mailsOf(courses: readonly Course[], refunds: ReadonlyMap<string, string[]>): Expected[] {
  return courses.flatMap(({ id, outcome, wasConfirmed }) => {
    const one = (kind: "booking-confirmed" | "booking-failed" | "booking-cancelled"): Expected => ({
      what: `${kind} of ${id}`,
      messageIds: [idOf(kind, id)],
    });
    const given = refunds.get(id) ?? [];
    return [
      ...(wasConfirmed ? [one("booking-confirmed")] : []),
      ...(outcome === "FAILED" ? [one("booking-failed")] : []),
      ...(outcome === "CANCELLED" ? [one("booking-cancelled")] : []),
      ...(given.length > 0
        ? [{ what: `refunded of ${id}`, messageIds: given.map((refund) => idOf("refunded", refund)) }]
        : []),
    ];
  });
}

const idOf = (kind: Parameters<typeof notificationId>[0], about: string): string =>
  messageId({ _id: notificationId(kind, about) }, FROM);

export interface MailFindings {
  /** Due, and not caught. */
  lost: string[];
  /** Caught more often than once, where something broke between the first copy and the record of it. */
  doubledByFaults: string[];
  /** Caught more often than once without that, or caught and not due. */
  wrong: string[];
}

/** What became of a mail is written right after the server has it; a database or a connection that fails is waited for so long. */
const NEAR_MS = 10_000;
/** What a mail passes on its way from "the server has it" to "it is written that the server has it". */
const ON_THE_WAY = new Set(["mail", "mongo", "workers"]);

/**
 * Compares what was caught with what is due. A second copy is what at-least-once means (docs/adr/0013) only if a fault
 * on the mail's way fell into the try that sent the first one.
 * @param caught when each copy was taken, epoch ms, by Message-ID
 */
export function compareMails(
  expected: readonly Expected[],
  caught: ReadonlyMap<string, readonly number[]>,
  struck: readonly Struck[],
): MailFindings {
  const due = new Set(expected.flatMap(({ messageIds }) => messageIds));
  const findings: MailFindings = { lost: [], doubledByFaults: [], wrong: [] };
  for (const { what, messageIds } of expected) {
    const copies = messageIds.filter((id) => caught.has(id)).map((id) => caught.get(id)!);
    if (copies.length === 0) findings.lost.push(what);
    if (copies.length > 1) findings.wrong.push(`${what}: ${copies.length} different mails`);
    for (const times of copies) {
      if (times.length < 2) continue;
      const isExplained = times.slice(0, -1).every((at) => struck.some((one) => isOnTheWay(one, at)));
      findings[isExplained ? "doubledByFaults" : "wrong"].push(`${what}: ${times.length} copies`);
    }
  }
  for (const id of caught.keys()) if (!due.has(id)) findings.wrong.push(`${id}: nothing led to it`);
  return findings;
}

const isOnTheWay = ({ fault, startedAt, healedAt }: Struck, at: number): boolean =>
  ON_THE_WAY.has(fault.target) && startedAt <= at + NEAR_MS && healedAt >= at - NEAR_MS;
