import type Stripe from "stripe";
import type { Clock } from "#shared/clock.ts";
import type { PaymentProvider } from "../core/provider.ts";
import { stripeProvider } from "../stripe/stripe-provider.ts";
import { authenticate, cancel, capture, lapse, openDispute } from "./memory-stripe/intent-steps.ts";
import { type Fault, type KeyedCall, Keys } from "./memory-stripe/keys.ts";
import { Ledger } from "./memory-stripe/ledger.ts";
import { closePage, payPage } from "./memory-stripe/page-steps.ts";
import type { ChargeRecord, IntentRecord, PageRecord, RefundRecord } from "./memory-stripe/records.ts";
import { refund, settleRefund } from "./memory-stripe/refund-steps.ts";
import { memorySdk } from "./memory-stripe/sdk.ts";
import { cardNamed } from "./memory-stripe/test-cards.ts";

/** Where a page would send its buyer afterwards: nobody follows. */
const RETURN_URL = "https://shop.invalid/back";

/** What a booking's buyer has to do with, at Stripe. Amounts in minor units. */
export interface MoneyAtStripe {
  /** Held, and neither taken nor let go. */
  held: number;
  taken: number;
  /** What was given back for good, or is on its way. */
  givenBack: number;
  /** How often money was taken, and how often a card was asked for it. */
  captures: number;
  attempts: number;
}

/**
 * Stripe in memory, behind the production provider. Each call has its effect before it returns its promise; ids are
 * counted, and time passes only on the clock that is given. What buyers, banks and people in Stripe's dashboard do is
 * called by the test.
 */
export class MemoryStripe {
  readonly provider: PaymentProvider;
  readonly #ledger: Ledger;
  readonly #keys = new Keys();

  constructor(clock: Clock) {
    this.#ledger = new Ledger(clock);
    const sdk = memorySdk(this.#ledger, this.#keys, () => this.settle());
    this.provider = stripeProvider(sdk, RETURN_URL);
  }

  /** Webhooks to be delivered, the oldest first: take them out, double, reorder or drop them as you like. */
  get events(): Stripe.Event[] {
    return this.#ledger.events;
  }

  intents(): IntentRecord[] {
    return structuredClone([...this.#ledger.intents.values()]);
  }

  charges(): ChargeRecord[] {
    return structuredClone([...this.#ledger.charges.values()]);
  }

  refunds(): RefundRecord[] {
    return structuredClone([...this.#ledger.refunds.values()]);
  }

  pages(): PageRecord[] {
    return structuredClone([...this.#ledger.pages.values()]);
  }

  /** Everything that happened to a booking's money, over all of its intents. */
  moneyOf(bookingId: string): MoneyAtStripe {
    const money: MoneyAtStripe = { held: 0, taken: 0, givenBack: 0, captures: 0, attempts: 0 };
    for (const intent of this.#ledger.intents.values()) {
      if (intent.metadata.bookingId !== bookingId) continue;
      if (intent.status === "requires_capture") money.held += intent.amount;
      money.taken += intent.amountReceived;
      if (intent.status === "succeeded") money.captures++;
      for (const charge of this.#ledger.charges.values()) if (charge.intent === intent.id) money.attempts++;
      for (const each of this.#ledger.refunds.values()) {
        if (each.intent === intent.id && each.status !== "failed") money.givenBack += each.amount;
      }
    }
    return money;
  }

  /** The next call of this kind fails. */
  fault(call: KeyedCall, fault: Fault): void {
    this.#keys.fault(call, fault);
  }

  heal(): void {
    this.#keys.heal();
  }

  /** What time alone brings about: pages close, authorisations lapse, refunds end. */
  settle(): void {
    const now = this.#ledger.nowSeconds();
    for (const intent of this.#ledger.intents.values()) {
      if (intent.captureBefore !== null && now >= intent.captureBefore) lapse(this.#ledger, intent);
    }
    for (const page of this.#ledger.pages.values()) {
      if (page.status === "open" && now >= page.expiresAt) closePage(this.#ledger, page);
    }
    for (const each of this.#ledger.refunds.values()) {
      if (each.settles && now >= each.settles.at) settleRefund(this.#ledger, each);
    }
  }

  /**
   * A refund ends now; one that looked as if it had gone through can still fail.
   * @param to as its card says, where it is absent
   */
  settleRefund(refundId: string, to?: "succeeded" | "failed"): void {
    settleRefund(this.#ledger, this.#ledger.refunds.get(refundId)!, to);
  }

  /** The buyer proves, or fails to prove, that the card is theirs. @throws where that is not asked for */
  authenticate(intentId: string, hasPassed: boolean): void {
    authenticate(this.#ledger, this.#ledger.intent(intentId), hasPassed);
  }

  /**
   * The buyer names a card on a page.
   * @param paymentMethod `pm_card_visa`
   * @returns whether the page took it; one that is over takes none
   */
  payOnPage(pageId: string, paymentMethod: string): boolean {
    const card = cardNamed(paymentMethod);
    if (!card) throw new Error(`no test card ${paymentMethod}`);
    return payPage(this.#ledger, this.#ledger.page(pageId), card);
  }

  /** Somebody gives money back in Stripe's dashboard. @param amount all that is left where it is absent */
  refundByHand(intentId: string, amount?: number): void {
    refund(this.#ledger, { intent: intentId, metadata: {}, ...(amount !== undefined && { amount }) });
  }

  /** Somebody lets an authorisation go in Stripe's dashboard. */
  cancelByHand(intentId: string): void {
    cancel(this.#ledger, this.#ledger.intent(intentId));
  }

  /** Somebody takes the money in Stripe's dashboard. */
  captureByHand(intentId: string): void {
    const intent = this.#ledger.intent(intentId);
    capture(this.#ledger, intent, intent.amount);
  }

  /** The buyer's bank wants the money back. @throws where none was taken */
  dispute(intentId: string, kind: "charge back" | "inquiry"): void {
    const intent = this.#ledger.intent(intentId);
    const charge = this.#ledger.chargeOf(intent);
    if (!charge || charge.amountCaptured === 0 || charge.dispute)
      throw new Error("there is nothing to dispute");
    openDispute(this.#ledger, intent, charge, kind);
  }
}
