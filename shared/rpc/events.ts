import type { SeatTable } from "../seating-plan/seat-table.ts";

/** What a booking asks for. */
export interface QuoteRequest {
  eventId: string;
  seatIds: string[];
  generalAdmission: { name: string; quantity: number }[];
}

/** One line of a booking, priced by us: a seat, or places of a general-admission area. */
export interface QuoteLine {
  seatId: string | null;
  /** For people: section, row and number, or the area's name. */
  label: string;
  tier: string;
  quantity: number;
  /** Minor units, for one place. */
  price: number;
}

export interface Quote {
  eventId: string;
  /** The version of the event that was priced: prices, name, date and place. */
  eventVersion: number;
  organiserId: string;
  eventName: string;
  startsAt: string;
  venueName: string;
  /** The venue's IANA zone, in which a buyer reads the time. */
  timeZone: string;
  currency: string;
  lines: QuoteLine[];
  totalAmount: number;
}

export type QuoteAnswer =
  | { ok: true; quote: Quote }
  | { ok: false; code: "EVENT_NOT_FOUND" | "EVENT_NOT_ON_SALE" }
  | { ok: false; code: "VALIDATION_ERROR"; errors: { path: string; message: string }[] };

/** The static half of an event's seat map: what is there, and at what price. */
export interface Seating {
  eventId: string;
  /** Counts the changes of the event: prices are among them. */
  eventVersion: number;
  endsAt: string;
  /** Whether it is published, and neither cancelled nor a draft; and when its sale begins, null for at once. */
  isForSale: boolean;
  onSaleAt: string | null;
  /** Counts the changes of what is there to be had: a plan, seats that are blocked. Rises, starts at 1. */
  seatingVersion: number;
  table: SeatTable;
  /** Seats that are not for sale. */
  blockedSeatIds: string[];
  /** The tier of each of the table's categories, by category index. */
  tiers: { tier: string; price: number }[];
  currency: string;
}

/** What events is told. */
export interface ViewsRpc {
  /** Events' ids with how often their pages were looked at, of which events did not hear itself. */
  viewed(views: [eventId: string, count: number][]): Promise<void>;
}

/** Questions that other services have for events. Never used to move a saga forward. */
export interface EventsRpc {
  /** Prices what bookings ask for, each for itself; an event is read once for all. @returns answers in their order */
  quotes(requests: QuoteRequest[]): Promise<QuoteAnswer[]>;
  /** The plan and prices of an event, or null when there is none. */
  seating(eventId: string): Promise<Seating | null>;
}
