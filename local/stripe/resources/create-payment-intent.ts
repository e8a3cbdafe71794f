import { invalidRequest } from "../http/errors.ts";
import {
  boolean,
  currency,
  hash,
  list,
  mergeMetadata,
  oneOf,
  optional,
  required,
  string,
} from "../http/params.ts";
import { endpoint, ok } from "./endpoint.ts";
import { CONFIRMATION, DESCRIPTIVE, INTENT, intentAmount, REMOVED, requireMinimum } from "./intent-params.ts";
import { confirmIntent } from "./intent-steps.ts";
import { createIntent } from "./new-intent.ts";
import { methodOf } from "./payment-methods.ts";
import { renderIntent } from "./render-intent.ts";

/** The methods asked for, of which those that the account lacks are silently left out; null when none were named. */
function allowedTypes(requested: string[] | undefined, automatic: boolean): string[] | null {
  if (requested === undefined) return null;
  const param = "allowed_payment_method_types";
  if (automatic) {
    const message = `You may only specify one of these parameters: ${param}, automatic_payment_methods.`;
    throw invalidRequest(message, { code: "parameters_exclusive", param });
  }
  if (!requested.includes("card")) {
    throw invalidRequest("None of the allowed payment method types can be used; only card can.", { param });
  }
  return ["card"];
}

/** https://docs.stripe.com/api/payment_intents/create */
export const createPaymentIntent = endpoint({
  method: "POST",
  path: "/v1/payment_intents",
  returns: INTENT,
  params: {
    ...DESCRIPTIVE,
    ...CONFIRMATION,
    ...REMOVED,
    amount: required(intentAmount),
    currency: required(currency),
    capture_method: optional(oneOf("automatic", "automatic_async", "manual")),
    confirm: optional(boolean),
    allowed_payment_method_types: optional(list(string)),
    automatic_payment_methods: optional(
      hash({ enabled: required(boolean), allow_redirects: optional(oneOf("always", "never")) }),
    ),
  },
  run(work, { params }) {
    requireMinimum(params.amount, params.currency);
    const automatic = params.automatic_payment_methods;
    const types = allowedTypes(params.allowed_payment_method_types, automatic !== undefined);
    for (const name of ["return_url", "off_session"] as const) {
      if (params[name] === undefined || params.confirm) continue;
      throw invalidRequest(`You can only pass in '${name}' when 'confirm' is set to true.`, { param: name });
    }
    const method = methodOf(work, params);
    const automaticEnabled = automatic?.enabled ?? types === null;
    const intent = createIntent(work, {
      amount: params.amount,
      currency: params.currency,
      captureMethod: params.capture_method ?? "automatic_async",
      status: method ? "requires_confirmation" : "requires_payment_method",
      metadata: mergeMetadata({}, params.metadata),
      description: params.description ?? null,
      receiptEmail: params.receipt_email ?? null,
      statementDescriptor: params.statement_descriptor ?? null,
      statementDescriptorSuffix: params.statement_descriptor_suffix ?? null,
      allowedPaymentMethodTypes: types,
      automaticPaymentMethods: automaticEnabled
        ? { allow_redirects: automatic?.allow_redirects ?? "always", enabled: true }
        : null,
      paymentMethod: method?.id ?? null,
      returnUrl: params.return_url ?? null,
      useStripeSdk: params.use_stripe_sdk ?? false,
      checkoutSession: null,
    });
    const rendered = renderIntent(intent, work.baseUrl);
    return params.confirm ? confirmIntent(work, intent, method, params.off_session ?? false) : ok(rendered);
  },
});
