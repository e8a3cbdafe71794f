import type { BookingState, CancellationReason, FailureReason } from "#shared/saga/declaration.ts";

/** How a booking was cancelled. */
export interface Cancellation {
  because: CancellationReason;
  /** Epoch ms. */
  at: number;
  /** Minor units: all that was paid, or nothing where nothing was taken. */
  refundAmount: number;
}

/** A booking as the saga knows it. Times are epoch ms, money is in minor units. */
export interface Booking {
  id: string;
  userId: string;
  userEmail: string;
  userName: string;
  organiserId: string;
  eventId: string;
  eventName: string;
  eventDate: string;
  venueName: string;
  /** The venue's IANA zone. */
  eventTimeZone: string;
  /** The version of the event that its name, date and venue are of. */
  eventVersion: number;
  state: BookingState;
  failureReason: FailureReason | null;
  failureDetail: string | null;
  /** Null until it is CANCELLED. */
  cancellation: Cancellation | null;
  requestedSeatIds: string[];
  generalAdmission: { name: string; quantity: number }[];
  /** The places it holds, once they are locked. */
  seatIds: string[];
  totalAmount: number;
  currency: string;
  /** Forgotten once the booking is decided. */
  paymentMethodToken: string | null;
  paymentId: string | null;
  seatsClear: boolean;
  moneyClear: boolean;
  deadlineAt: number | null;
  /** Counted up for good: it tells one deadline's messages from another's. */
  deadlinesPassed: number;
  /** How many of them have passed since the state began. */
  reminders: number;
  createdAt: number;
  updatedAt: number;
}

/** One line of a booking, with its price as it was. */
export interface BookingLine {
  seatId: string | null;
  label: string;
  tier: string;
  quantity: number;
  price: number;
  fee: number;
  tax: number;
  discount: number;
}

/** One step of a booking's timeline. */
export interface BookingStep {
  at: number;
  step: string;
  state: string;
  detail: string | null;
}

/** Until then before the event a confirmed booking may be given back. */
const WINDOW_MS = 24 * 3_600_000;

/** Whether a booking is paid and its event too near for its buyer to give it back. */
export function isTooLateToCancel({ state, eventDate }: Booking, now: number): boolean {
  return state === "CONFIRMED" && Date.parse(eventDate) - now < WINDOW_MS;
}
