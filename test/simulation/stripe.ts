import type Stripe from "stripe";
import type { PaymentProvider } from "../../workers/payments/src/core/provider.ts";
import { MemoryStripe } from "../../workers/payments/src/testing/memory-stripe.ts";
import type { Kernel } from "./kernel/kernel.ts";
import type { BuyerPlan, Way } from "./workload.ts";

/** An intent as an outsider sees it at Stripe. Amounts in minor units. */
export interface IntentSeen {
  id: string;
  bookingId: string;
  status: string;
  captured: number;
  /** What of it went back for good. */
  refunded: number;
  /** How often a card was charged for it, successfully. */
  charges: number;
}

/** What somebody could do now. */
interface Act {
  label: string;
  act: () => void;
  /** The page that it takes place on: whoever acts has to know its address. */
  pageId?: string;
}

const TOKENS: Record<Way, string | null> = {
  card: "pm_card_visa",
  declined: "pm_card_chargeDeclined",
  authentication: "pm_card_authenticationRequired",
  "abandoned-authentication": "pm_card_authenticationRequired",
  "failed-authentication": "pm_card_authenticationRequired",
  "slow-refund": "pm_card_pendingRefund",
  "failing-refund": "pm_card_refundFail",
  "charged-back": "pm_card_createDispute",
  page: null,
  "declined-page": null,
  "abandoned-page": null,
};

/** The payment method of a way to pay; null for Stripe's page. */
export const tokenOf = (way: Way): string | null => TOKENS[way];

/** Stripe, with everybody who acts there and is not the platform: buyers, banks, people at the dashboard. */
export class StripeWorld {
  readonly stripe: MemoryStripe;
  readonly #kernel: Kernel;
  readonly #planOf: (bookingId: string) => BuyerPlan | undefined;
  readonly #isTold: (pageId: string) => boolean;
  readonly #acted = new Set<string>();
  /** Called when a process asks for a card to be charged, before that takes place. */
  onConfirm: (intentId: string) => void = () => {};
  /** Every intent that there is. */
  readonly intents: () => IntentSeen[];
  readonly #acts: () => Act[];
  readonly #dueAt: () => number | null;

  /**
   * @param planOf what the buyer of a booking does
   * @param isTold whether a buyer can know the address of a page: they read it from their payment
   */
  constructor(
    kernel: Kernel,
    planOf: (bookingId: string) => BuyerPlan | undefined,
    isTold: (pageId: string) => boolean,
  ) {
    this.#kernel = kernel;
    this.#isTold = isTold;
    this.#planOf = planOf;
    this.stripe = new MemoryStripe(kernel.clock);
    this.intents = kernel.cached("stripe", () => this.#intents());
    this.#acts = kernel.cached("stripe", () => this.#possibleActs());
    this.#dueAt = kernel.cached("stripe", () => this.#nextAt());
  }

  get provider(): PaymentProvider {
    return this.stripe.provider;
  }

  /** The provider of one process, which tells when a card is about to be charged. */
  watched(provider: PaymentProvider): PaymentProvider {
    return {
      ...bound(provider),
      confirm: (intentId, token, key) => {
        this.onConfirm(intentId);
        return provider.confirm(intentId, token, key);
      },
    };
  }

  /** Webhooks that are under way. */
  get events(): Stripe.Event[] {
    return this.stripe.events;
  }

  #intents(): IntentSeen[] {
    const charges = this.stripe.charges();
    const refunds = this.stripe.refunds();
    return this.stripe.intents().map(({ id, metadata, status, amountReceived: captured }) => ({
      ...{ id, bookingId: metadata.bookingId ?? "", status, captured },
      refunded: refunds
        .filter((each) => each.intent === id && each.status === "succeeded")
        .reduce((sum, { amount }) => sum + amount, 0),
      charges: charges.filter((each) => each.intent === id && each.status === "succeeded").length,
    }));
  }

  /** What somebody could do now, each once. */
  get possibleActs(): Act[] {
    return this.#acts().filter(({ pageId }) => pageId === undefined || this.#isTold(pageId));
  }

  /** What time alone does there. */
  passTime(): void {
    if (this.#dueAt() === null) return;
    this.stripe.settle();
    this.#kernel.touch("stripe");
  }

  #possibleActs(): Act[] {
    return [...this.#onPages(), ...this.#authentications(), ...this.#afterwards()].filter(
      ({ label }) => !this.#acted.has(label),
    );
  }

  #once(label: string, act: () => void): Act {
    return {
      label,
      act: () => {
        this.#acted.add(label);
        this.#kernel.history.note(() => `outside: ${label}`);
        act();
        this.#kernel.touch("stripe");
      },
    };
  }

  #onPages() {
    return this.stripe
      .pages()
      .filter(({ status }) => status === "open")
      .flatMap(({ id, metadata }) => {
        const way = this.#planOf(metadata.bookingId ?? "")?.way;
        const pay = (card: string) => () => void this.stripe.payOnPage(id, card);
        const onPage = (act: Act): Act[] => [{ ...act, pageId: id }];
        if (way === "page") return onPage(this.#once(`${id} is paid`, pay("pm_card_visa")));
        if (way === "declined-page")
          return onPage(this.#once(`${id} is declined`, pay("pm_card_chargeDeclined")));
        return [];
      });
  }

  #authentications() {
    return this.stripe
      .intents()
      .filter(({ status }) => status === "requires_action")
      .flatMap(({ id, metadata }) => {
        const way = this.#planOf(metadata.bookingId ?? "")?.way;
        const passes = (hasPassed: boolean) => () => this.stripe.authenticate(id, hasPassed);
        if (way === "authentication") return [this.#once(`${id} is authenticated`, passes(true))];
        if (way === "failed-authentication")
          return [this.#once(`${id} fails to authenticate`, passes(false))];
        return [];
      });
  }

  #afterwards() {
    return this.stripe
      .intents()
      .filter(({ status }) => status === "succeeded")
      .flatMap(({ id, metadata, amount }) => {
        const afterwards = this.#planOf(metadata.bookingId ?? "")?.afterwards;
        const byHand = (sum: number) => () => {
          try {
            this.stripe.refundByHand(id, sum);
          } catch {
            // The platform has given it back meanwhile.
          }
        };
        if (afterwards === "refund-by-hand") return [this.#once(`${id} is refunded by hand`, byHand(amount))];
        if (afterwards === "refund-a-part") return [this.#once(`${id} is refunded in part`, byHand(500))];
        return [];
      });
  }

  /** When time alone brings something about, epoch ms. */
  get nextAt(): number | null {
    return this.#dueAt();
  }

  #nextAt(): number | null {
    const times = [
      ...this.stripe.refunds().flatMap(({ settles }) => (settles ? [settles.at * 1_000] : [])),
      ...this.stripe
        .pages()
        .filter(({ status }) => status === "open")
        .map(({ expiresAt }) => expiresAt * 1_000),
    ];
    return times.length === 0 ? null : Math.min(...times);
  }
}

const METHODS = [
  "createIntent",
  "openPage",
  "retrievePage",
  "closePage",
  "capture",
  "cancel",
  "retrieve",
] as const;
const MORE = ["refund", "aftermath", "list", "ping"] as const;

/** The methods by themselves, but for the one that is watched. */
function bound(provider: PaymentProvider): Omit<PaymentProvider, "confirm"> {
  return Object.fromEntries(
    [...METHODS, ...MORE].map((name) => [
      name,
      (provider[name] as (...args: unknown[]) => unknown).bind(provider),
    ]),
  ) as unknown as Omit<PaymentProvider, "confirm">;
}
