/** What the auditor itself may do about a finding, nothing of which can do harm. */
export type Mend =
  /** A row of an outbox that nobody sends. */
  | "outbox"
  /** An authorisation that nobody needs. */
  | "cancel-authorisation"
  /** A projection behind its SeatMap. */
  | "project"
  /** A record to be compared with its other side once more: its service mends what it finds then. */
  | "look";

/** Two records that contradict one another. */
export interface Finding {
  /** Which check found it, such as `confirmed-without-seats`: findings of one check are one class of fault. */
  check: string;
  bookingId: string | null;
  eventId: string | null;
  /** Both sides, in a sentence. No name, no address, no secret. */
  detail: string;
  /** Null: a person must decide. */
  mend: Mend | null;
  /** What is to be mended, or looked at: an outbox row, a payment, an intent, an event. */
  subject: string;
}

/** Where a run stands, as JSON that only the page function understands. Null: at its beginning. */
export type AuditCursor = string | null;

/** One page of a run: some hundred subrequests at most. */
export interface AuditPage {
  findings: Finding[];
  /** How much was looked at, by what it is, such as `bookings`; summed over the pages of a run. */
  counted: Record<string, number>;
  /** Where the next page begins; null: this was the last. */
  next: AuditCursor;
}

/** What a run looks at. */
export interface AuditScope {
  /** One event alone, or everything. */
  eventId: string | null;
  /** When the run began, epoch ms: what is younger may be under way. */
  startedAt: number;
}
