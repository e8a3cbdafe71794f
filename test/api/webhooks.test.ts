import { describe, expect, it } from "vitest";
import { signatureHeader } from "#local/stripe/webhooks/signature.ts";
import { DEFAULT_MAX_BODY_BYTES } from "#shared/contracts/route.ts";
import { book, bookingBody, decided, intentsOf, paymentOf, stepsOf } from "../support/bookings.ts";
import { problem } from "../support/client.ts";
import { newEvent, newVenue } from "../support/events.ts";
import { anyone, secrets, someone } from "../support/world.ts";

const MINUTE_MS = 60_000;

const event = (type: string, object: object) =>
  JSON.stringify({ id: `evt_${crypto.randomUUID()}`, object: "event", type, data: { object } });
const intentOf = (bookingId: string) => ({
  ...{ id: "pi_1", object: "payment_intent", status: "succeeded", metadata: { bookingId } },
});
const unknown = event("payment_intent.succeeded", intentOf("bkg_00000000000000000000000000000000"));

/** https://docs.stripe.com/webhooks#verify-manually */
function deliver(payload: string, { secret = secrets.stripeWebhook, at = Date.now(), sent = payload } = {}) {
  const headers = {
    "content-type": "application/json; charset=utf-8",
    "stripe-signature": signatureHeader(payload, secret, at),
  };
  return anyone.send("POST", "/api/payments/webhooks/stripe", { body: sent, headers });
}

describe("a webhook", () => {
  it("with Stripe's signature is taken, also for what we do not know [route POST /api/payments/webhooks/stripe: works]", async () => {
    for (const payload of [
      unknown,
      event("payment_intent.created", { id: "pi_1", object: "payment_intent", metadata: {} }),
      event("charge.refunded", { id: "ch_1", object: "charge" }),
      event("invented.type", { id: "x" }),
    ]) {
      expect(await deliver(payload)).toMatchObject({ status: 200, body: { received: true } });
    }
  });

  it.each([
    ["by another secret", { secret: "whsec_other" }],
    ["of another body", { sent: unknown.replace("succeeded", "canceled") }],
    ["of the same body, written otherwise", { sent: `${unknown} ` }],
    ["from an hour ago", { at: Date.now() - 60 * MINUTE_MS }],
  ])(
    "with a signature %s is refused [route POST /api/payments/webhooks/stripe: bad input]",
    async (_what, changes) => {
      expect(await deliver(unknown, changes)).toMatchObject(problem("INVALID_SIGNATURE"));
    },
  );

  it.each(["", "t=1", "v1=abc", "t=1,v1=abc", "nonsense"])(
    'with the signature "%s" is refused',
    async (signature) => {
      const headers = { "content-type": "application/json", "stripe-signature": signature };
      const answer = await anyone.send("POST", "/api/payments/webhooks/stripe", { body: unknown, headers });
      expect(answer).toMatchObject(problem("INVALID_SIGNATURE"));
    },
  );

  it("without a signature is refused, whoever sends it [route POST /api/payments/webhooks/stripe: bad input]", async () => {
    const admin = await someone("ADMIN");
    const answer = await admin.post("/api/payments/webhooks/stripe", JSON.parse(unknown));
    expect(answer).toMatchObject(problem("INVALID_SIGNATURE"));
  });

  it("over 1 MB is refused", async () => {
    expect(await deliver("x".repeat(DEFAULT_MAX_BODY_BYTES + 1))).toMatchObject(problem("PAYLOAD_TOO_LARGE"));
  });

  it("that says what is not so changes nothing: Stripe itself is asked", async () => {
    const organiser = await someone("ORGANISER");
    const eventId = await newEvent(organiser, await newVenue(organiser));
    const buyer = await someone();
    const card = { type: "card", token: "pm_card_chargeDeclined" };
    const bookingId = await book(buyer, bookingBody(eventId, ["1-1"], { paymentMethod: card }));
    const lie = () => deliver(event("payment_intent.succeeded", intentOf(bookingId)));
    await lie();
    expect((await decided(buyer, bookingId)).status).toBe("FAILED");
    const doubled = event("payment_intent.amount_capturable_updated", intentOf(bookingId));
    for (const payload of [doubled, doubled]) expect((await deliver(payload)).status).toBe(200);
    await lie();
    expect(await paymentOf(buyer, bookingId)).toMatchObject({ status: "FAILED", capturedAmount: 0 });
    expect(await intentsOf(bookingId)).toMatchObject([{ status: "canceled", captured: 0, held: 0 }]);
    expect((await stepsOf(buyer, bookingId)).map(([step]) => step)).not.toContain("payment.captured");
  });
});
