import { type DeadLetter, letterId } from "#shared/dead-letters/letter.ts";
import { readLetters } from "#shared/dead-letters/read.ts";
import { MAX_BOOKINGS } from "#shared/rpc/audit/bookings.ts";
import { topicNames } from "#shared/saga/wire.ts";
import { foundTwice } from "../../core/audit/checks.ts";
import { inboxDiffersFromSteps, keyWithoutBooking } from "../../core/audit/inbox.ts";
import { deadLetterWaits } from "../../core/audit/letters.ts";
import { unsentOfService } from "../../core/audit/outbox.ts";
import type { AuditScope, Finding } from "../../core/audit/page.ts";
import { SETTLED_AFTER_MS } from "../../core/audit/under-way.ts";
import type { AuditDeps, Walk, Walked } from "./deps.ts";

const OWNERS = ["bookings", "payments", "events", "users"] as const;

/** What services have not sent, and what bookings has consumed. Of one event: what is about the event itself. */
export const walkOutboxes: Walk<"outboxes"> = async (deps, scope) => {
  const first = await outboxes(deps, scope);
  const again = first.findings.length > 0 ? (await outboxes(deps, scope)).findings : [];
  return { findings: foundTwice(first.findings, again), counted: first.counted, next: { at: "letters" } };
};

async function outboxes(
  deps: AuditDeps,
  { eventId, startedAt }: AuditScope,
): Promise<Pick<Walked, "findings" | "counted">> {
  const facts = await Promise.all(
    OWNERS.map(async (owner) => ({ owner, outbox: await deps[owner].outbox() })),
  );
  const unsent = facts.flatMap(({ owner, outbox }) => unsentOfService(owner, outbox, startedAt));
  if (eventId !== null) {
    return { findings: unsent.filter((finding) => finding.eventId === eventId), counted: {} };
  }
  const inbox = await deps.bookings.inbox(startedAt - SETTLED_AFTER_MS);
  const findings: Finding[] = [
    ...unsent,
    ...inboxDiffersFromSteps(inbox),
    ...inbox.keysWithoutBooking.map(keyWithoutBooking),
  ];
  const waiting = facts.reduce((sum, { outbox }) => sum + outbox.unsent, 0);
  return { findings, counted: { "messages not sent yet": waiting, "consumed events": inbox.events } };
}

/** Dead letters that wait for a person. */
export const walkLetters: Walk<"letters"> = async (deps, scope) => {
  const { letters } = await readLetters(deps.log, topicNames);
  const waiting = letters.filter(({ handled }) => !handled);
  const eventOf = await eventsOf(deps, waiting);
  const findings = waiting
    .map((letter) => deadLetterWaits(letter, eventOf.get(letterId(letter)) ?? null))
    .filter(({ eventId }) => scope.eventId === null || eventId === scope.eventId);
  return { findings, counted: {}, next: null };
};

async function eventsOf(deps: AuditDeps, letters: DeadLetter[]): Promise<Map<string, string>> {
  const keys = [...new Set(letters.map(({ key }) => key).filter((key) => key.startsWith("bkg_")))];
  const events = new Map<string, string>();
  for (let first = 0; first < keys.length; first += MAX_BOOKINGS) {
    const found = await deps.bookings.bookingsById(keys.slice(first, first + MAX_BOOKINGS));
    for (const { id, eventId } of found) events.set(id, eventId);
  }
  return new Map(
    letters.flatMap((letter) => {
      const eventId = events.get(letter.key);
      return eventId ? [[letterId(letter), eventId] as const] : [];
    }),
  );
}
