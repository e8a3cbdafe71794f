import type { DecisionView } from "#durable-objects/seat-map/rpc.ts";
import type { QuoteLine, Seating } from "#shared/rpc/events.ts";
import { linesOf } from "./hold-lines.ts";

/** A hold as its buyer sees it. */
export interface HoldView {
  holdId: string;
  eventId: string;
  status: "HELD" | "EXPIRED" | "RELEASED";
  seatIds: string[];
  lines: QuoteLine[];
  totalAmount: number;
  currency: string;
  expiresAt: string;
  extendable: boolean;
}

/** What has become of a hold by `now`: the map writes down that it has run out a moment later. */
export function statusOf({ status, lockExpiresAt }: DecisionView, now: number): HoldView["status"] {
  if (status === "LOCKED") return now < lockExpiresAt! ? "HELD" : "EXPIRED";
  return status === "EXPIRED" ? "EXPIRED" : "RELEASED";
}

/** A hold of this event, with prices for display. */
export function holdView(seating: Seating, hold: DecisionView, now: number): HoldView {
  const lines = linesOf(seating, hold.seatIds);
  const status = statusOf(hold, now);
  return {
    holdId: hold.owner.id,
    eventId: seating.eventId,
    status,
    seatIds: hold.seatIds,
    lines,
    totalAmount: lines.reduce((sum, { price, quantity }) => sum + price * quantity, 0),
    currency: seating.currency,
    expiresAt: new Date(hold.lockExpiresAt!).toISOString(),
    extendable: status === "HELD" && !hold.isExtended,
  };
}
