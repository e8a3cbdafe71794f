import type { EventDocument } from "../repositories/documents.ts";

/**
 * A sale counts as begun this long before it begins: time enough for a changed plan to reach the seat map before the
 * first buyer does.
 */
const HEAD_START_MS = 60_000;

type Standing = Pick<EventDocument, "status" | "publishedAt" | "onSaleAt" | "endsAt">;

/** The status that is shown; `now` is epoch ms. */
export function statusOf(
  { status, endsAt }: Pick<EventDocument, "status" | "endsAt">,
  now: number,
): EventDocument["status"] | "ENDED" {
  return status === "ON_SALE" && endsAt.getTime() <= now ? "ENDED" : status;
}

/** Whether others than its organiser may know of it. */
export const isPublic = ({ publishedAt }: Pick<EventDocument, "publishedAt">): boolean =>
  publishedAt !== null;

/** Whether a booking may be made now. */
export function isOnSale(event: Standing, now: number): boolean {
  return statusOf(event, now) === "ON_SALE" && isOpen(event, now);
}

/** Whether something may have been sold by now, or may be before a change has reached everybody. */
export function hasSaleBegun(event: Standing & Pick<EventDocument, "saleBegan">, now: number): boolean {
  return event.saleBegan || isOpen(event, now + HEAD_START_MS);
}

const isOpen = ({ publishedAt, onSaleAt }: Standing, at: number): boolean =>
  publishedAt !== null && (onSaleAt === null || onSaleAt.getTime() <= at);

/** Once it is over, an event is neither changed nor cancelled. */
export const isOver = ({ endsAt }: Pick<EventDocument, "endsAt">, now: number): boolean =>
  endsAt.getTime() <= now;
