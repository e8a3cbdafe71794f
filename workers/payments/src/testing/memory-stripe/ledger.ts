import type Stripe from "stripe";
import type { Clock } from "#shared/clock.ts";
import type {
  ChargeRecord,
  DisputeRecord,
  IntentRecord,
  Metadata,
  PageRecord,
  RefundRecord,
} from "./records.ts";
import { missing } from "./refusals.ts";
import { shownIntent } from "./shown.ts";

/** Everything that Stripe has, in the order in which it came, and what it has to report. */
export class Ledger {
  readonly intents = new Map<string, IntentRecord>();
  readonly charges = new Map<string, ChargeRecord>();
  readonly refunds = new Map<string, RefundRecord>();
  readonly disputes = new Map<string, DisputeRecord>();
  readonly pages = new Map<string, PageRecord>();
  /** Webhooks that nobody has delivered yet, the oldest first. */
  readonly events: Stripe.Event[] = [];
  readonly #clock: Clock;
  #ids = 0;
  /** The key of the call that is being carried out; null for what time or a person does. */
  #key: string | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  nowSeconds(): number {
    return Math.floor(this.#clock() / 1_000);
  }

  newId(prefix: string): string {
    return `${prefix}_${++this.#ids}`;
  }

  /** @param object as the API shows it at this moment */
  emit(type: string, object: object): void {
    const event = { id: this.newId("evt"), object: "event", type, created: this.nowSeconds() };
    const request = { id: this.#key && `req_${this.#key}`, idempotency_key: this.#key };
    this.events.push({ ...event, request, data: { object } } as unknown as Stripe.Event);
  }

  /** What is reported of what `act` does carries the key of the call. */
  causedBy<T>(key: string | undefined, act: () => T): T {
    this.#key = key ?? null;
    try {
      return act();
    } finally {
      this.#key = null;
    }
  }

  /** @throws Refusal resource_missing */
  intent(id: string): IntentRecord {
    const found = this.intents.get(id);
    if (!found) throw missing(id, true);
    return found;
  }

  /** @throws Refusal resource_missing */
  page(id: string): PageRecord {
    const found = this.pages.get(id);
    if (!found) throw missing(id, true);
    return found;
  }

  /** The charge that an intent holds or took. */
  chargeOf({ charge }: IntentRecord): ChargeRecord | null {
    return charge === null ? null : (this.charges.get(charge) ?? null);
  }

  newIntent(made: {
    metadata: Metadata;
    amount: number;
    currency: string;
    page: string | null;
  }): IntentRecord {
    const nothing = { amountReceived: 0, failure: null, card: null, charge: null, captureBefore: null };
    const status = "requires_payment_method" as const;
    const intent = { id: this.newId("pi"), created: this.nowSeconds(), ...made, ...nothing, status };
    this.intents.set(intent.id, intent);
    this.emit("payment_intent.created", shownIntent(intent));
    return intent;
  }
}
