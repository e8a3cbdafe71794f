import { z } from "@hono/zod-openapi";
import { currency } from "../money/money.ts";
import { idInPath, instant, pathId, prefixedId } from "./common.ts";
import { PAYMENT_EXAMPLE } from "./examples.ts";
import { ANY_USER, json, route } from "./route.ts";

export const PAYMENT_STATUSES = [
  "CREATED",
  "ACTION_REQUIRED",
  "AUTHORISED",
  "CAPTURED",
  "VOIDED",
  "FAILED",
  "REFUNDED",
  "PARTIALLY_REFUNDED",
  "REFUND_FAILED",
] as const;

/** What a buyer must do while a payment is ACTION_REQUIRED. */
const nextAction = z
  .discriminatedUnion("kind", [
    z.object({ kind: z.literal("redirect"), url: z.url() }).openapi({
      description: "Pay on the provider's page at this address",
      example: { kind: "redirect", url: "https://checkout.stripe.com/c/pay/cs_test_a1" },
    }),
    z.object({ kind: z.literal("authentication"), clientSecret: z.string() }).openapi({
      description: "Prove that the card is yours: the secret is for the provider's browser library",
      example: { kind: "authentication", clientSecret: "pi_1_secret_2" },
    }),
  ])
  .openapi("PaymentNextAction");

const payment = z
  .object({
    id: prefixedId("pay"),
    bookingId: prefixedId("bkg"),
    userId: prefixedId("usr"),
    organiserId: prefixedId("usr"),
    status: z.enum(PAYMENT_STATUSES),
    amount: z.int(),
    capturedAmount: z.int(),
    refundedAmount: z.int(),
    currency,
    providerTransactionId: z.string().nullable(),
    failureReason: z.string().nullable(),
    nextAction: nextAction.nullable(),
    createdAt: instant,
    updatedAt: instant,
  })
  .openapi("Payment", { example: PAYMENT_EXAMPLE });

export const getPaymentRoute = route(
  { service: "payments", access: ANY_USER, problems: ["PAYMENT_NOT_FOUND"] },
  {
    operationId: "getPayment",
    method: "get",
    path: "/api/payments/{id}",
    summary: "One of your payments",
    tags: ["payments"],
    request: { params: idInPath("pay") },
    responses: { 200: json(payment, "The payment") },
  },
);

export const getBookingPaymentRoute = route(
  { service: "payments", access: ANY_USER, problems: ["PAYMENT_NOT_FOUND"] },
  {
    operationId: "getBookingPayment",
    method: "get",
    path: "/api/payments/booking/{bookingId}",
    summary: "The payment of one of your bookings",
    tags: ["payments"],
    request: {
      params: z.object({ bookingId: pathId("bkg", "bookingId") }),
    },
    responses: { 200: json(payment, "The payment") },
  },
);

const STRIPE_EVENT_EXAMPLE = {
  id: "evt_1",
  object: "event",
  type: "payment_intent.succeeded",
  data: { object: { id: PAYMENT_EXAMPLE.providerTransactionId, object: "payment_intent" } },
};

export const stripeWebhookRoute = route(
  {
    service: "payments",
    access: "public",
    problems: ["INVALID_SIGNATURE", "PAYLOAD_TOO_LARGE"],
    rawBody: { description: "A Stripe event", example: STRIPE_EVENT_EXAMPLE },
  },
  {
    operationId: "stripeWebhook",
    method: "post",
    path: "/api/payments/webhooks/stripe",
    summary: "Where Stripe reports; signed over the raw bytes",
    tags: ["payments"],
    responses: {
      200: json(z.object({ received: z.boolean().openapi({ example: true }) }), "Durably received"),
    },
  },
);

export const paymentRoutes = [getBookingPaymentRoute, getPaymentRoute, stripeWebhookRoute];
