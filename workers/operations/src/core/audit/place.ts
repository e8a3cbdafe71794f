import type { AuditCursor } from "./page.ts";

/** What a page of a run looks at, and where in it. In this order. */
export type Place =
  /** What was said of bookings: read first, so that each booking can be held against it. */
  | { at: "topics"; isBegun: boolean }
  | { at: "bookings"; afterId: string; firstCreatedAt: number | null }
  /** Payments that no booking has. */
  | { at: "payments"; afterId: string; firstCreatedAt: number | null }
  /** What Stripe has; `from` is epoch ms. */
  | { at: "stripe"; kind: "intents" | "refunds"; after: string | null; from: number }
  | { at: "events"; afterId: string }
  | { at: "decisions"; eventId: string; from: number }
  | { at: "ledger"; eventId: string }
  | { at: "projection"; eventId: string }
  | { at: "outboxes" }
  | { at: "letters" };

const BEGINNING: Place = { at: "topics", isBegun: false };

export const placeOf = (cursor: AuditCursor): Place =>
  cursor === null ? BEGINNING : (JSON.parse(cursor) as Place);

export const cursorOf = (place: Place | null): AuditCursor => place && JSON.stringify(place);
