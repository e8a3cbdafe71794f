import type { IntentRecord } from "../core/records.ts";
import { isOpen } from "../core/step.ts";
import { ApiError } from "../http/errors.ts";
import { currency, mergeMetadata, metadata, oneOf, optional } from "../http/params.ts";
import { createPaymentIntent } from "./create-payment-intent.ts";
import { type Endpoint, endpoint, ok } from "./endpoint.ts";
import { CONFIRMATION, DESCRIPTIVE, INTENT, intentAmount, REMOVED, requireMinimum } from "./intent-params.ts";
import { cancelIntent, captureIntent, confirmIntent, findIntent } from "./intent-steps.ts";
import { LIST_PARAMS, pageQuery, renderList } from "./list.ts";
import { METHOD_PARAMS, methodOf } from "./payment-methods.ts";
import { renderIntent } from "./render-intent.ts";
import { refuseWhileCheckoutIsOpen } from "./session-steps.ts";
import type { Work } from "./work.ts";

/** https://docs.stripe.com/api/payment_intents */

const retrieve = endpoint({
  method: "GET",
  path: "/v1/payment_intents/:id",
  returns: INTENT,
  params: {},
  run: (work, { id }) => ok(renderIntent(findIntent(work, id), work.baseUrl)),
});

const update = endpoint({
  method: "POST",
  path: "/v1/payment_intents/:id",
  returns: INTENT,
  params: {
    ...DESCRIPTIVE,
    ...METHOD_PARAMS,
    ...REMOVED,
    amount: optional(intentAmount),
    currency: optional(currency),
  },
  run(work, { id, params }) {
    const intent = findIntent(work, id);
    refuseWhileCheckoutIsOpen(work, intent);
    for (const name of ["amount", "currency", "payment_method", "payment_method_data"] as const) {
      if (params[name] !== undefined && !isOpen(intent.status)) throw notUpdatable(work, intent, name);
    }
    const method = methodOf(work, params);
    const next: IntentRecord = {
      ...intent,
      amount: params.amount ?? intent.amount,
      currency: params.currency ?? intent.currency,
      metadata: mergeMetadata(intent.metadata, params.metadata),
      description: changed(params.description, intent.description),
      receiptEmail: changed(params.receipt_email, intent.receiptEmail),
      statementDescriptor: changed(params.statement_descriptor, intent.statementDescriptor),
      statementDescriptorSuffix: changed(
        params.statement_descriptor_suffix,
        intent.statementDescriptorSuffix,
      ),
      // Another method ends an authentication under way: the page of the old one must charge nothing.
      ...(method ? { paymentMethod: method.id, status: "requires_confirmation", attempt: null } : {}),
    };
    requireMinimum(next.amount, next.currency);
    work.store.intents.update(next);
    return ok(renderIntent(next, work.baseUrl));
  },
});

const changed = <T>(sent: T | undefined, current: T): T => (sent === undefined ? current : sent);

const notUpdatable = (work: Work, intent: IntentRecord, name: string) =>
  new ApiError(400, {
    type: "invalid_request_error",
    code: "payment_intent_unexpected_state",
    message:
      `This PaymentIntent's ${name} could not be updated because it has a status of ${intent.status}. You may only ` +
      "update it with one of the following statuses: requires_payment_method, requires_confirmation, requires_action.",
    param: name,
    payment_intent: renderIntent(intent, work.baseUrl),
  });

const confirm = endpoint({
  method: "POST",
  path: "/v1/payment_intents/:id/confirm",
  returns: INTENT,
  params: { ...CONFIRMATION, ...REMOVED },
  run(work, { id, params }) {
    const intent = findIntent(work, id);
    refuseWhileCheckoutIsOpen(work, intent);
    const addressed: IntentRecord = {
      ...intent,
      returnUrl: params.return_url ?? intent.returnUrl,
      useStripeSdk: params.use_stripe_sdk ?? intent.useStripeSdk,
    };
    return confirmIntent(work, addressed, methodOf(work, params), params.off_session ?? false);
  },
});

const capture = endpoint({
  method: "POST",
  path: "/v1/payment_intents/:id/capture",
  returns: INTENT,
  params: { amount_to_capture: optional(intentAmount), metadata: optional(metadata) },
  run(work, { id, params }) {
    const intent = findIntent(work, id);
    const labelled = { ...intent, metadata: mergeMetadata(intent.metadata, params.metadata) };
    return captureIntent(work, labelled, params.amount_to_capture ?? null);
  },
});

const cancel = endpoint({
  method: "POST",
  path: "/v1/payment_intents/:id/cancel",
  returns: INTENT,
  params: {
    cancellation_reason: optional(oneOf("duplicate", "fraudulent", "requested_by_customer", "abandoned")),
  },
  run(work, { id, params }) {
    const intent = findIntent(work, id);
    refuseWhileCheckoutIsOpen(work, intent);
    return cancelIntent(work, intent, params.cancellation_reason ?? null);
  },
});

const all = endpoint({
  method: "GET",
  path: "/v1/payment_intents",
  returns: { kind: "payment_intent", isList: true },
  params: LIST_PARAMS,
  run(work, { params }) {
    const { intents } = work.store;
    const query = pageQuery(params, "payment_intent", (id) => intents.find(id) !== null);
    return ok(
      renderList(intents.page(query), "/v1/payment_intents", (item) => renderIntent(item, work.baseUrl)),
    );
  },
});

export const paymentIntentEndpoints: Endpoint[] = [
  createPaymentIntent,
  retrieve,
  update,
  confirm,
  capture,
  cancel,
  all,
];
