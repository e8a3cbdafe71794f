import { formatMinor, MAX_AMOUNT_MINOR } from "../core/money.ts";
import type { ChargeRecord, RefundRecord } from "../core/records.ts";
import { testCard } from "../core/test-cards.ts";
import { invalidRequest, noSuch } from "../http/errors.ts";
import { integer, mergeMetadata, metadata, oneOf, optional, string } from "../http/params.ts";
import { type Endpoint, endpoint, ok } from "./endpoint.ts";
import { LIST_PARAMS, pageQuery, renderList } from "./list.ts";
import { renderCharge, renderRefund } from "./render-charge.ts";
import { emit, type Work } from "./work.ts";

/** https://docs.stripe.com/api/refunds */

/** How long a test card's refund takes to change by itself ("some time later" in the documentation). */
const SETTLE_AFTER_SECONDS = 2;

const returns = { kind: "refund", isList: false } as const;

function refundable(work: Work, chargeId: string | undefined, intentId: string | undefined): ChargeRecord {
  if ((chargeId === undefined) === (intentId === undefined)) {
    const message =
      "One of the following params should be provided for this request: payment_intent or charge.";
    throw invalidRequest(message, chargeId === undefined ? { code: "parameter_missing" } : {});
  }
  let charge: ChargeRecord | null;
  if (intentId !== undefined) {
    const intent = work.store.intents.find(intentId);
    if (!intent) throw noSuch("payment_intent", intentId, "payment_intent");
    charge = intent.latestCharge === null ? null : work.store.charges.find(intent.latestCharge);
  } else {
    charge = work.store.charges.find(chargeId ?? "");
    if (!charge) throw noSuch("charge", chargeId ?? "", "charge");
  }
  if (charge?.captured) return unlessChargedBack(work, charge);
  throw invalidRequest(
    `This PaymentIntent (${intentId ?? charge?.paymentIntent}) does not have a successful charge to refund.`,
    { param: intentId === undefined ? "charge" : "payment_intent" },
  );
}

/** A dispute has taken the money already; an inquiry has not. */
function unlessChargedBack(work: Work, charge: ChargeRecord): ChargeRecord {
  if (!charge.disputed) return charge;
  const { items } = work.store.disputes.page({ limit: 1, charge: charge.id, status: "needs_response" });
  if (items.length === 0) return charge;
  throw invalidRequest(`Charge ${charge.id} has been charged back; cannot issue a refund.`, {
    code: "charge_disputed",
  });
}

const create = endpoint({
  method: "POST",
  path: "/v1/refunds",
  returns,
  params: {
    payment_intent: optional(string),
    charge: optional(string),
    amount: optional(integer({ min: 1, max: MAX_AMOUNT_MINOR, tooLarge: "amount_too_large" })),
    reason: optional(oneOf("duplicate", "fraudulent", "requested_by_customer")),
    metadata: optional(metadata),
  },
  run(work, { params }) {
    const charge = refundable(work, params.charge, params.payment_intent);
    const left = charge.amountCaptured - charge.amountRefunded;
    if (left === 0) {
      throw invalidRequest(`Charge ${charge.id} has already been refunded.`, {
        code: "charge_already_refunded",
      });
    }
    const amount = params.amount ?? left;
    if (amount > left) {
      const asked = formatMinor(amount, charge.currency);
      const message = `Refund amount (${asked}) is greater than unrefunded amount on charge (${formatMinor(left, charge.currency)})`;
      throw invalidRequest(message, { param: "amount" });
    }
    const behaviour = testCard(charge.card).refund;
    const later = { at: work.nowSeconds + SETTLE_AFTER_SECONDS } as const;
    const refund: RefundRecord = {
      id: work.newId("re"),
      created: work.nowSeconds,
      charge: charge.id,
      paymentIntent: charge.paymentIntent,
      paymentMethod: charge.paymentMethod,
      amount,
      currency: charge.currency,
      reason: params.reason ?? null,
      metadata: mergeMetadata({}, params.metadata),
      status: behaviour === "pending" ? "pending" : "succeeded",
      failureReason: null,
      settles:
        behaviour === "succeeds"
          ? null
          : { ...later, status: behaviour === "pending" ? "succeeded" : "failed" },
    };
    const refunded = { ...charge, amountRefunded: charge.amountRefunded + amount };
    work.store.refunds.insert(refund);
    work.store.charges.update(refunded);
    emit(work, "refund.created", renderRefund(refund));
    emit(work, "charge.refunded", renderCharge(refunded));
    return ok(renderRefund(refund));
  },
});

/** Lets a refund become what its test card says, once its time has come. */
export function settleRefund(work: Work, refund: RefundRecord): void {
  if (!refund.settles) return;
  const { status } = refund.settles;
  const failed = status === "failed";
  const next: RefundRecord = {
    ...refund,
    status,
    settles: null,
    failureReason: failed ? "expired_or_canceled_card" : null,
  };
  work.store.refunds.update(next);
  if (failed) {
    const charge = work.store.charges.find(refund.charge);
    // The money is the merchant's again, so it may be refunded anew.
    if (charge)
      work.store.charges.update({ ...charge, amountRefunded: charge.amountRefunded - refund.amount });
  }
  const rendered = renderRefund(next);
  emit(work, failed ? "refund.failed" : "refund.updated", rendered);
  emit(work, "charge.refund.updated", rendered);
}

const retrieve = endpoint({
  method: "GET",
  path: "/v1/refunds/:id",
  returns,
  params: {},
  run(work, { id }) {
    const refund = work.store.refunds.find(id);
    if (!refund) throw noSuch("refund", id, "id", true);
    return ok(renderRefund(refund));
  },
});

const all = endpoint({
  method: "GET",
  path: "/v1/refunds",
  returns: { kind: "refund", isList: true },
  params: { ...LIST_PARAMS, payment_intent: optional(string), charge: optional(string) },
  run(work, { params }) {
    const { refunds } = work.store;
    const query = pageQuery(params, "refund", (id) => refunds.find(id) !== null);
    const page = refunds.page({ ...query, paymentIntent: params.payment_intent, charge: params.charge });
    return ok(renderList(page, "/v1/refunds", renderRefund));
  },
});

export const refundEndpoints: Endpoint[] = [create, retrieve, all];
