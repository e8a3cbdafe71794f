import type { MailFacts } from "#shared/rpc/audit/notifications.ts";
import { about, type BookingCheck, type BookingSeen, endedAt, wasConfirmed } from "./facts.ts";
import { isSettled, MAILED_AFTER_MS } from "./under-way.ts";

/** Mails are forgotten after 400 days. */
const REMEMBERED_MS = 399 * 86_400_000;

/** Each end of a booking has its mail, and so has money that went back. Whether it arrives, nobody can know. */
export const mailLost: BookingCheck = (seen, now) => {
  const { booking, mails } = seen;
  const ended = endedAt(booking);
  if (ended === null || ended < now - REMEMBERED_MS || !isSettled(booking, now)) return [];
  const missing = expectedKinds(seen).filter((kind) => !mails.some((mail) => mail.kind === kind));
  return missing.map((kind) =>
    about(booking, "mail-lost", `${booking.state}, and there is no ${kind} mail`, { subject: kind }),
  );
};

/** One mail of a kind, and one for each refund. */
export const mailDoubled: BookingCheck = ({ booking, mails }) => {
  const counts = new Map<string, number>();
  for (const mail of mails) counts.set(subjectOf(mail), (counts.get(subjectOf(mail)) ?? 0) + 1);
  return [...counts]
    .filter(([, count]) => count > 1)
    .map(([subject, count]) => about(booking, "mail-doubled", `${count} ${subject} mails`, { subject }));
};

/** What was noted is sent. */
export const mailNotSent: BookingCheck = ({ booking, mails }, now) =>
  mails.flatMap((mail) => {
    const { state, attempts, createdAt, id: subject } = mail;
    const isLate = state !== "SENT" && createdAt < now - MAILED_AFTER_MS;
    if (state !== "FAILED" && !isLate) return [];
    const detail = `its ${mail.kind} mail is ${state} after ${attempts} tries`;
    return [about(booking, "mail-not-sent", detail, { subject })];
  });

const subjectOf = ({ kind, refundId }: MailFacts): string => (refundId ? `${kind} ${refundId}` : kind);

function expectedKinds({ booking, payment }: BookingSeen): string[] {
  const kinds: string[] = [];
  if (wasConfirmed(booking)) kinds.push("booking-confirmed");
  if (booking.state === "FAILED") kinds.push("booking-failed");
  if (booking.state === "CANCELLED") kinds.push("booking-cancelled");
  const isGivenBack = payment?.isUndone && payment.refundIds.length > 0;
  if (isGivenBack && booking.moneyClear) kinds.push("refunded");
  return kinds;
}
