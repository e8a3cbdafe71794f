import type Stripe from "stripe";
import { cancel, capture, confirm, refuseWhileOnPage } from "./intent-steps.ts";
import type { KeyedCall, Keys } from "./keys.ts";
import type { Ledger } from "./ledger.ts";
import { closePage, openPage } from "./page-steps.ts";
import type { IntentRecord } from "./records.ts";
import { refund } from "./refund-steps.ts";
import { missing, Refusal, refusal, toError } from "./refusals.ts";
import { shownDispute, shownIntent, shownPage, shownRefund } from "./shown.ts";
import { cardNamed } from "./test-cards.ts";

type Options = { idempotencyKey?: string };

/** https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts, of the currencies that tests use. */
const LEAST: Readonly<Record<string, number>> = { eur: 50, usd: 50, gbp: 30, jpy: 50 };

/**
 * The official SDK's face of a {@link Ledger}: the resources and methods that the provider calls.
 * @param settle brings about what time alone does, before each call
 */
export function memorySdk(ledger: Ledger, keys: Keys, settle: () => void): Stripe {
  const read = <T>(get: () => T): Promise<T> => attempt(settle, get);
  const write = <T>(name: KeyedCall, of: string, params: object, options: Options, execute: () => T) =>
    attempt(settle, () =>
      keys.answer({ name, of, params, key: options.idempotencyKey }, () =>
        ledger.causedBy(options.idempotencyKey, execute),
      ),
    );
  const moved = (id: string, move: (intent: IntentRecord) => void) => () => {
    const intent = ledger.intent(id);
    move(intent);
    return shownIntent(intent);
  };
  const pageOf = (id: string) => {
    const page = ledger.page(id);
    return shownPage(page, page.intent === null ? null : ledger.intent(page.intent));
  };

  const paymentIntents = {
    create: (params: Stripe.PaymentIntentCreateParams, options: Options) =>
      write("createIntent", "", params, options, () => {
        const { amount, currency, metadata } = params;
        assertAmount(amount, currency);
        return shownIntent(ledger.newIntent({ amount, currency, metadata: metadata as never, page: null }));
      }),
    retrieve: (id: string) => read(() => shownIntent(ledger.intent(id))),
    confirm: (id: string, params: Stripe.PaymentIntentConfirmParams, options: Options) =>
      write(
        "confirm",
        id,
        params,
        options,
        moved(id, (intent) => {
          refuseWhileOnPage(ledger, intent);
          const token = params.payment_method ?? "";
          const card = cardNamed(token);
          if (!card) throw missing(token, false);
          confirm(ledger, intent, card);
        }),
      ),
    capture: (id: string, params: Stripe.PaymentIntentCaptureParams, options: Options) =>
      write(
        "capture",
        id,
        params,
        options,
        moved(id, (intent) => {
          capture(ledger, intent, params.amount_to_capture ?? intent.amount);
        }),
      ),
    cancel: (id: string, params: object, options: Options) =>
      write(
        "cancel",
        id,
        params,
        options,
        moved(id, (intent) => {
          refuseWhileOnPage(ledger, intent);
          cancel(ledger, intent);
        }),
      ),
    list: (params: ListParams) => read(() => listed([...ledger.intents.values()], params, shownIntent)),
  };
  const sessions = {
    create: (params: Stripe.Checkout.SessionCreateParams, options: Options) =>
      write("openPage", "", params, options, () => shownPage(openPage(ledger, pageAsked(params)))),
    retrieve: (id: string) => read(() => pageOf(id)),
    expire: (id: string, params: object, options: Options) =>
      write("closePage", id, params, options, () => {
        closePage(ledger, ledger.page(id));
        return pageOf(id);
      }),
  };
  const refunds = {
    create: (params: Stripe.RefundCreateParams, options: Options = {}) =>
      write("refund", "", params, options, () => {
        const { payment_intent: intent = "", amount, metadata } = params;
        const asked = { intent, metadata: (metadata || {}) as Record<string, string> };
        return shownRefund(refund(ledger, { ...asked, ...(amount !== undefined && { amount }) }));
      }),
    list: (params: ListParams) => read(() => listed([...ledger.refunds.values()], params, shownRefund)),
  };
  const disputes = {
    list: (params: ListParams) => read(() => listed([...ledger.disputes.values()], params, shownDispute)),
  };
  const balance = { retrieve: () => read(() => ({ object: "balance" })) };
  // Of the SDK's many resources and fields these are the ones that anybody here uses.
  return { paymentIntents, checkout: { sessions }, refunds, disputes, balance } as unknown as Stripe;
}

/** Does its work before it returns; what goes wrong is in the promise, as it is with the SDK. */
function attempt<T>(settle: () => void, work: () => T): Promise<T> {
  try {
    settle();
    return Promise.resolve(work());
  } catch (error) {
    return Promise.reject(error instanceof Refusal ? toError(error.raw) : error);
  }
}

function assertAmount(amount: number, currency: string): void {
  if (amount < (LEAST[currency] ?? 1)) throw refusal("too little to charge", "amount_too_small");
  if (amount > 99_999_999) throw refusal("too much to charge", "amount_too_large");
}

function pageAsked(params: Stripe.Checkout.SessionCreateParams): Parameters<typeof openPage>[1] {
  const [line] = params.line_items ?? [];
  const { unit_amount: amount = 0, currency = "" } = line?.price_data ?? {};
  assertAmount(amount, currency);
  const { metadata, payment_intent_data: forIntent, expires_at: expiresAt = 0 } = params;
  const labels = { metadata: metadata || {}, intentMetadata: forIntent?.metadata || {} };
  return { ...(labels as Record<keyof typeof labels, Record<string, string>>), amount, currency, expiresAt };
}

interface ListParams {
  payment_intent?: string;
  created?: { gte: number; lt: number };
  starting_after?: string;
  limit: number;
}

/** A page of a list, newest first. */
function listed<R extends { id: string }, T>(records: R[], params: ListParams, show: (record: R) => T) {
  const { payment_intent: intent, created, starting_after: after, limit } = params;
  const isWanted = (record: R & { created?: number; intent?: string }) =>
    (intent === undefined || record.intent === intent) &&
    (created === undefined || (record.created! >= created.gte && record.created! < created.lt));
  const newestFirst = records.toReversed();
  const start = after === undefined ? 0 : newestFirst.findIndex(({ id }) => id === after) + 1;
  const rest = newestFirst.slice(start).filter(isWanted);
  return { object: "list", data: rest.slice(0, limit).map(show), has_more: rest.length > limit };
}
