import { newId } from "#shared/ids/id.ts";
import type { Intent } from "../../core/payment.ts";
import type { IntentRequest, Page, PaymentProvider } from "../../core/provider.ts";
import type { Fault, KeyedCall } from "../memory-stripe/keys.ts";

/** A webhook: its type, what it names, and the key of the call that brought it about. */
export interface Report {
  type: string;
  bookingId: string | undefined;
  intentId: string | undefined;
  key: string | null;
}

/** A provider, with the hands of everybody who is not us. */
export interface ProviderRig {
  provider: PaymentProvider;
  /** The provider's clock, epoch ms. */
  now(): number;
  advance(ms: number): void;
  /** The next call of this kind fails. */
  fault(call: KeyedCall, fault: Fault): Promise<void>;
  heal(): Promise<void>;
  /** The buyer proves, or fails to prove, that the card is theirs. */
  authenticate(intentId: string, hasPassed: boolean): Promise<void>;
  /** The buyer names a card on a page. @param card `pm_card_visa` */
  payOnPage(page: Page, card: string): Promise<void>;
  /** Somebody gives money back in the provider's dashboard. */
  refundByHand(intentId: string, amount?: number): Promise<void>;
  /** All that has been reported, in order. */
  reports(): Promise<Report[]>;
}

/** The amount of all of a shop's bookings, minor units. */
export const AMOUNT = 5_000;

const MINUTE_MS = 60_000;
/** Longer than the least that a page lives. */
const PAGE_LIVES_MS = 35 * MINUTE_MS;

/** One test's bookings at a provider. Intents are of the last booking that was requested. */
export class Shop {
  readonly rig: ProviderRig;
  readonly provider: PaymentProvider;
  bookingId: string;
  #calls = 0;

  constructor(rig: ProviderRig) {
    this.rig = rig;
    this.provider = rig.provider;
    this.bookingId = newId("bkg", rig.now());
  }

  /** What a new booking asks for. */
  request(over: Partial<IntentRequest> = {}): IntentRequest {
    this.bookingId = newId("bkg", this.rig.now());
    return { bookingId: this.bookingId, paymentId: "pay_1", amount: AMOUNT, currency: "EUR", ...over };
  }

  /** A key that nobody has used. */
  key(): string {
    return `${this.bookingId}:${++this.#calls}`;
  }

  /** A new booking's intent. @returns its id */
  async intent(): Promise<string> {
    const made = await this.provider.createIntent(this.request(), this.key());
    if (made.status === "refused") throw new Error(made.failure);
    return made.id!;
  }

  confirm(intentId: string, card: string): Promise<Intent> {
    return this.provider.confirm(intentId, card, this.key());
  }

  /** A new booking's intent, whose money is held. */
  async authorised(card = "pm_card_visa"): Promise<string> {
    const id = await this.intent();
    await this.confirm(id, card);
    return id;
  }

  /** A new booking's intent, whose money was taken. */
  async captured(card = "pm_card_visa"): Promise<string> {
    const id = await this.authorised(card);
    await this.provider.capture(id, AMOUNT, this.key());
    return id;
  }

  /** A new booking's page. */
  async page(): Promise<Page> {
    const expiresAt = new Date(this.rig.now() + PAGE_LIVES_MS);
    const page = await this.provider.openPage({ ...this.request(), expiresAt }, this.key());
    if (page.status === "refused") throw new Error(page.failure);
    return page;
  }

  /** @param over what to ask for instead of all of it, by the first try */
  refund(intentId: string, over: { amount?: number; number?: number } = {}) {
    const { amount = AMOUNT, number = 1 } = over;
    const request = { bookingId: this.bookingId, paymentId: "pay_1", intentId, amount, number };
    return this.provider.refund(request, this.key());
  }
}
