import { disagreements } from "../support/agreement.ts";
import type { Observation } from "../support/observation.ts";
import type { MailFindings } from "./expected-mails.ts";
import type { OwnAudit } from "./own-audit.ts";
import type { Tally } from "./tally.ts";
import type { Ending } from "./under-way.ts";

/** One figure of the audit; what has to be nothing, and is not, is a violation. */
export interface Figure {
  what: string;
  count: number;
  isViolation: boolean;
}

export interface Verdict {
  figures: Figure[];
  /** Every violation, in words. */
  problems: string[];
}

const LONGEST_LIST = 40;

/** What the stores of a platform say after a run, as the figures that have to be nothing. */
export function judge(
  seen: Observation,
  ending: Ending,
  { findings, unseen }: { findings: MailFindings; unseen: number },
  tally: Tally,
  own: OwnAudit,
): Verdict {
  const confirmed = seen.bookings.filter(({ state }) => state === "CONFIRMED");
  const sold = Map.groupBy(
    confirmed.flatMap(({ id, eventId, seatIds }) =>
      seatIds.map((seatId) => ({ id, seat: `${eventId} ${seatId}` })),
    ),
    ({ seat }) => seat,
  );
  const isConfirmed = new Set(confirmed.map(({ id }) => id));
  const charged = new Set(seen.intents.filter(({ kept }) => kept > 0).map(({ bookingId }) => bookingId));
  const outcomes = new Map(ending.courses.map(({ id, outcome }) => [id, outcome]));
  // A crash between the making of an intent and the note of it: nobody can pay it, and the comparison cancels it.
  const open = new Set(
    seen.intents.filter(({ status }) => status === "requires_payment_method").map(({ id }) => id),
  );
  const isUntouched = ({ subject, mend }: OwnAudit["findings"][number]) =>
    mend === "cancel-authorisation" && open.has(subject);
  const broken = [...tally.broken].map(([what, count]) => `${count} x ${what}, without a time to come again`);
  const lists: [what: string, found: string[]][] = [
    ["oversold seats", [...sold].filter(([, owners]) => owners.length > 1).map(([seat]) => seat)],
    ["charges without seats", [...charged].filter((id) => !isConfirmed.has(id))],
    ["seats without a charge", [...isConfirmed].filter((id) => !charged.has(id))],
    ["bookings PENDING", ending.courses.filter(({ outcome }) => outcome === "PENDING").map(({ id }) => id)],
    ["things that had not ended in time", ending.open],
    ["dead letters", seen.deadLetters],
    ["messages unsent", Array.from({ length: seen.unsent }, () => "a row in the outbox of bookings")],
    ["mails lost", findings.lost],
    ["mails wrong, or doubled without a fault on their way", findings.wrong],
    ["mails that were not followed", Array.from({ length: unseen }, () => "came and went unseen")],
    [
      "cancelled, as their buyers were told, and are not",
      [...tally.cancelled].filter((id) => outcomes.get(id) !== "CANCELLED"),
    ],
    ["keys with two bookings", tally.twins],
    ["orders refused", tally.refused],
    ["kinds of 5xx that say nothing of when to come again", broken],
    ["disagreements between the stores", disagreements(seen)],
    ["findings of the platform's own audit", inWords(own, (finding) => !isUntouched(finding))],
  ];
  return {
    figures: [
      ...lists.map(([what, found]) => ({ what, count: found.length, isViolation: found.length > 0 })),
      {
        what: "mails that came twice after a fault on their way (docs/adr/0013)",
        count: findings.doubledByFaults.length,
        isViolation: false,
      },
      {
        what: "intents that hold nothing, left at Stripe by a crash until it is compared (docs/services/payments.md)",
        count: own.findings.filter(isUntouched).length,
        isViolation: false,
      },
    ],
    problems: lists.flatMap(([what, found]) => shortened(found).map((one) => `${what}: ${one}`)),
  };
}

/** In words; those that the audit counted and did not list, too. */
function inWords(
  { found, findings }: OwnAudit,
  isOne: (finding: OwnAudit["findings"][number]) => boolean,
): string[] {
  const listed = findings
    .filter(isOne)
    .map(({ check, detail, bookingId }) => `${check} ${bookingId ?? ""}: ${detail}`);
  const unlisted = Object.values(found).reduce((sum, count) => sum + count, 0) - findings.length;
  return [...listed, ...Array.from({ length: unlisted }, () => "one more, not on its first page")];
}

const shortened = (list: string[]): string[] =>
  list.length <= LONGEST_LIST
    ? list
    : [...list.slice(0, LONGEST_LIST), `and ${list.length - LONGEST_LIST} more`];
