import type { OutboxFacts } from "#shared/rpc/audit/outbox.ts";
import { about, type BookingCheck } from "./facts.ts";
import type { Finding } from "./page.ts";
import { SENT_AFTER_MS } from "./under-way.ts";

/** The services that have an outbox of their own; the SeatMap's is its log. */
export type OutboxOwner = "bookings" | "payments" | "events" | "users";

const isOld = (since: number | null, now: number): boolean => since !== null && since < now - SENT_AFTER_MS;

/** What a booking, or its payment, has to say is said. */
export const unsentOfBooking: BookingCheck = ({ booking, payment }, now) => {
  const waits = (owner: OutboxOwner, unsent: number, since: number | null) =>
    isOld(since, now)
      ? [
          about(booking, "unsent-message", `${unsent} messages of ${owner} since ${time(since!)}`, {
            ...{ mend: "outbox", subject: outboxSubject(owner, booking.id) },
          }),
        ]
      : [];
  return [
    ...waits("bookings", booking.unsent, booking.unsentSince),
    ...(payment ? waits("payments", payment.unsent, payment.unsentSince) : []),
  ];
};

/** What a service has to say is said, whatever it is about. */
export function unsentOfService(owner: OutboxOwner, { oldest }: OutboxFacts, now: number): Finding[] {
  return oldest
    .filter(({ since }) => isOld(since, now))
    .map(({ key, since }) => ({
      check: "unsent-message",
      bookingId: key.startsWith("bkg_") ? key : null,
      eventId: key.startsWith("evnt_") ? key : null,
      detail: `messages of ${owner} about ${key} since ${time(since)}`,
      ...{ mend: "outbox", subject: outboxSubject(owner, key) },
    }));
}

const outboxSubject = (owner: OutboxOwner, key: string): string => `${owner}:${key}`;

/** Whose outbox a finding is about, and which key. */
export function outboxOf(subject: string): { owner: OutboxOwner; key: string } {
  const at = subject.indexOf(":");
  return { owner: subject.slice(0, at) as OutboxOwner, key: subject.slice(at + 1) };
}

const time = (at: number): string => new Date(at).toISOString();
