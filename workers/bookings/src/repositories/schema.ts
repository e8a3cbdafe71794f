import { bigint, boolean, integer, jsonb, pgTable, text, timestamp } from "drizzle-orm/pg-core";
import type { BookingState, FailureReason } from "#shared/saga/declaration.ts";
import type { Cancellation } from "../core/booking.ts";

const instant = (name: string) => timestamp(name, { withTimezone: true });

export const booking = pgTable("booking", {
  id: text().primaryKey(),
  userId: text("user_id").notNull(),
  userEmail: text("user_email").notNull(),
  userName: text("user_name").notNull(),
  organiserId: text("organiser_id").notNull(),
  eventId: text("event_id").notNull(),
  eventName: text("event_name").notNull(),
  eventDate: instant("event_date").notNull(),
  venueName: text("venue_name").notNull(),
  eventTimeZone: text("event_time_zone").notNull(),
  eventVersion: integer("event_version").notNull(),
  state: text().$type<BookingState>().notNull(),
  failureReason: text("failure_reason").$type<FailureReason>(),
  failureDetail: text("failure_detail"),
  cancellation: jsonb().$type<Cancellation>(),
  requestedSeatIds: jsonb("requested_seat_ids").$type<string[]>().notNull(),
  generalAdmission: jsonb("general_admission").$type<{ name: string; quantity: number }[]>().notNull(),
  seatIds: jsonb("seat_ids").$type<string[]>().notNull(),
  totalAmount: integer("total_amount").notNull(),
  currency: text().notNull(),
  paymentMethodToken: text("payment_method_token"),
  paymentId: text("payment_id"),
  seatsClear: boolean("seats_clear").notNull(),
  moneyClear: boolean("money_clear").notNull(),
  deadlineAt: instant("deadline_at"),
  deadlinesPassed: integer("deadlines_passed").notNull(),
  reminders: integer().notNull(),
  createdAt: instant("created_at").notNull(),
  updatedAt: instant("updated_at").notNull(),
});

export const bookingLine = pgTable("booking_line", {
  bookingId: text("booking_id").notNull(),
  line: integer().notNull(),
  seatId: text("seat_id"),
  label: text().notNull(),
  tier: text().notNull(),
  quantity: integer().notNull(),
  price: integer().notNull(),
  fee: integer().notNull(),
  tax: integer().notNull(),
  discount: integer().notNull(),
});

export const bookingStep = pgTable("booking_step", {
  id: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
  bookingId: text("booking_id").notNull(),
  at: instant("at").notNull(),
  step: text().notNull(),
  state: text().notNull(),
  detail: text(),
});

export const ticket = pgTable("ticket", {
  id: text().primaryKey(),
  bookingId: text("booking_id").notNull(),
  placeId: text("place_id").notNull(),
});

export const inbox = pgTable("inbox", {
  eventId: text("event_id").primaryKey(),
  receivedAt: instant("received_at").notNull(),
});

export const idempotencyKey = pgTable("idempotency_key", {
  userId: text("user_id").notNull(),
  key: text().notNull(),
  bodyHash: text("body_hash").notNull(),
  bookingId: text("booking_id").notNull(),
  createdAt: instant("created_at").notNull(),
});

export const eventCancellation = pgTable("event_cancellation", {
  eventId: text("event_id").primaryKey(),
  reason: text().notNull(),
  cancelledAt: instant("cancelled_at").notNull(),
  doneAt: instant("done_at"),
  lookAt: instant("look_at"),
});
