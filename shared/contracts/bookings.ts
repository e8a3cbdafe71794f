import { z } from "@hono/zod-openapi";
import { amountMinor, currency } from "../money/money.ts";
import { FAILURE_REASONS } from "../saga/payloads.ts";
import { idInPath, instant, pageQuery, pagination, prefixedId } from "./common.ts";
import {
  BOOKING_EXAMPLE,
  CANCELLED_BOOKING_EXAMPLE,
  NEW_BOOKING_EXAMPLE,
  TIMELINE_EXAMPLE,
} from "./examples.ts";
import { idempotencyKey, places } from "./places.ts";
import { ANY_USER, json, jsonBody, route } from "./route.ts";

const BOOKING_STATUSES = ["PENDING", "CONFIRMED", "FAILED", "CANCELLED"] as const;

export const newBooking = z
  .object({
    eventId: z.string().max(100).openapi({ description: "An event's id, from GET /api/events" }),
    ...places,
    holdId: z.string().max(100).optional().openapi({
      description:
        "A hold of yours: its places are booked, so `seatIds` and `generalAdmission` may be left out",
    }),
    paymentMethod: z
      .object({
        type: z.literal("card"),
        token: z.string().regex(/^[A-Za-z0-9_]{1,200}$/, "a payment method's token"),
      })
      .optional()
      .openapi({
        example: { type: "card", token: "pm_card_visa" },
        description: "Without it the buyer pays on a page: see `nextAction` of the payment",
      }),
    expectedTotal: amountMinor.optional().openapi({ description: "Only compared: the price is ours" }),
  })
  .openapi("NewBooking", { example: NEW_BOOKING_EXAMPLE });

const bookingLine = z.object({
  seatId: z.string().nullable(),
  label: z.string(),
  tier: z.string(),
  quantity: z.int(),
  price: z.int(),
  fee: z.int(),
  tax: z.int(),
  discount: z.int(),
});

const booking = z
  .object({
    id: prefixedId("bkg"),
    userId: prefixedId("usr"),
    organiserId: prefixedId("usr"),
    eventId: prefixedId("evnt"),
    eventName: z.string(),
    eventDate: instant,
    venueName: z.string(),
    status: z.enum(BOOKING_STATUSES),
    failureReason: z.enum(FAILURE_REASONS).nullable(),
    failureDetail: z.string().nullable(),
    seatIds: z.array(z.string()).openapi({
      description: "The places it was given, once they were locked; a failed booking has lost them",
    }),
    lines: z.array(bookingLine),
    tickets: z
      .array(z.object({ id: prefixedId("tkt"), placeId: z.string() }))
      .openapi({ description: "One a place, while the booking is confirmed" }),
    totalAmount: z.int(),
    currency,
    paymentId: z.string().nullable(),
    refundAmount: z.int().nullable().openapi({ description: "What is given back; null until cancelled" }),
    cancelledAt: instant.nullable(),
    createdAt: instant,
    updatedAt: instant,
  })
  .openapi("Booking", { example: BOOKING_EXAMPLE });

const bookingTimeline = z
  .object({
    bookingId: prefixedId("bkg"),
    steps: z.array(
      z.object({
        at: instant,
        step: z.string().openapi({ description: "What happened", example: "seats.locked" }),
        state: z.string().openapi({ description: "The saga's state afterwards", example: "PAYING" }),
        detail: z.string().nullable(),
      }),
    ),
  })
  .openapi("BookingTimeline", { example: TIMELINE_EXAMPLE });

export const createBookingRoute = route(
  {
    service: "bookings",
    access: ANY_USER,
    limits: ["bookings by user"],
    problems: [
      "INVALID_SEAT_COUNT",
      "EVENT_NOT_FOUND",
      "EVENT_NOT_ON_SALE",
      "PRICE_CHANGED",
      "HOLD_NOT_FOUND",
      "HOLD_EXPIRED",
      "IDEMPOTENCY_KEY_REUSED",
    ],
  },
  {
    operationId: "createBooking",
    method: "post",
    path: "/api/bookings",
    summary: "Ask for places; the booking is decided shortly after",
    description:
      "Put the `id` of an event of `GET /api/events` in place of the example's `eventId`, and seats that are free in its " +
      "`GET /api/inventory/events/{eventId}/seats`. Then read `GET /api/bookings/{id}` until it is not `PENDING`. " +
      "Stripe's test cards are taken: `pm_card_visa` pays, `pm_card_chargeDeclined` is declined.",
    tags: ["bookings"],
    request: {
      headers: idempotencyKey,
      body: jsonBody(newBooking),
    },
    responses: {
      202: {
        ...json(
          z
            .object({
              bookingId: prefixedId("bkg"),
              status: z.enum(BOOKING_STATUSES),
              message: z
                .string()
                .openapi({ example: "We are getting your places; the booking tells how it went." }),
            })
            .openapi("BookingAccepted"),
          "Accepted; follow Location",
        ),
        headers: z.object({
          location: z
            .string()
            .openapi({ description: "Where the booking is", example: `/api/bookings/${BOOKING_EXAMPLE.id}` }),
        }),
      },
    },
  },
);

export const myBookingsRoute = route(
  { service: "bookings", access: ANY_USER },
  {
    operationId: "myBookings",
    method: "get",
    path: "/api/bookings/my",
    summary: "Your bookings, newest first",
    tags: ["bookings"],
    request: { query: pageQuery.extend({ status: z.enum(BOOKING_STATUSES).optional() }) },
    responses: { 200: json(z.object({ data: z.array(booking), pagination }), "A page of bookings") },
  },
);

export const getBookingRoute = route(
  { service: "bookings", access: ANY_USER, problems: ["BOOKING_NOT_FOUND"] },
  {
    operationId: "getBooking",
    method: "get",
    path: "/api/bookings/{id}",
    summary: "One of your bookings",
    tags: ["bookings"],
    request: { params: idInPath("bkg") },
    responses: { 200: json(booking, "The booking") },
  },
);

export const bookingTimelineRoute = route(
  { service: "bookings", access: ANY_USER, problems: ["BOOKING_NOT_FOUND"] },
  {
    operationId: "bookingTimeline",
    method: "get",
    path: "/api/bookings/{id}/timeline",
    summary: "Every step of a booking, in order",
    tags: ["bookings"],
    request: { params: idInPath("bkg") },
    responses: { 200: json(bookingTimeline, "The steps") },
  },
);

export const cancelBookingRoute = route(
  {
    service: "bookings",
    access: ANY_USER,
    problems: ["BOOKING_NOT_FOUND", "BOOKING_NOT_CANCELLABLE", "CANCELLATION_WINDOW_EXPIRED"],
  },
  {
    operationId: "cancelBooking",
    method: "post",
    path: "/api/bookings/{id}/cancel",
    summary: "Give a booking back: all that was paid is refunded; again with the same answer",
    tags: ["bookings"],
    request: { params: idInPath("bkg") },
    responses: {
      200: json(
        z
          .object({
            bookingId: prefixedId("bkg"),
            status: z.enum(BOOKING_STATUSES),
            refundAmount: z.int(),
            currency,
            cancelledAt: instant,
          })
          .openapi("BookingCancelled", { example: CANCELLED_BOOKING_EXAMPLE }),
        "The booking is cancelled; its seats are freed and its money is on its way back",
      ),
    },
  },
);

export const bookingRoutes = [
  createBookingRoute,
  myBookingsRoute,
  getBookingRoute,
  bookingTimelineRoute,
  cancelBookingRoute,
];
