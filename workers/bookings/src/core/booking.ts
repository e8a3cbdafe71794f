import type { BookingState, FailureReason } from "#shared/saga/declaration.ts";

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
  state: BookingState;
  failureReason: FailureReason | null;
  failureDetail: string | null;
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
  deadlinesPassed: number;
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
