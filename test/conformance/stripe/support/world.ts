import Stripe from "stripe";
import { expect } from "vitest";
import {
  AUTHORISE,
  errorOf,
  type Receiver,
  SECRET_KEY,
  startTestStripe,
  WEBHOOK_SECRET,
} from "../../../../local/stripe/test/harness.ts";
import { conformanceTarget } from "../../support/target.ts";

export { AUTHORISE, errorOf, WEBHOOK_SECRET };

/** Stripe's own webhooks do not reach a test on this machine; the stand-in's do. */
export const hasReceiver = !process.env.CONFORMANCE_STRIPE_URL;

/** An intent that nobody has paid yet. */
export const UNPAID = {
  amount: 500,
  currency: "usd",
  allowed_payment_method_types: ["card"],
} satisfies Stripe.PaymentIntentCreateParams;

/** What a case talks to Stripe with. */
export interface World {
  /** The official SDK, which never retries by itself here. */
  readonly stripe: Stripe;
  readonly key: string;
  /** What takes the webhooks; only where `hasReceiver`. */
  readonly receiver: Receiver;
  /** A request as the wire has it, with the right key, where the SDK would hide the answer. `headers` win. */
  raw(method: string, path: string, body?: string, headers?: Record<string, string>): Promise<RawAnswer>;
  /** The newest event of that type about the object with that id, once there is one. */
  eventAbout(type: Stripe.EventListParams["type"] & string, id: string): Promise<Stripe.Event>;
}

export interface RawAnswer {
  status: number;
  headers: Headers;
  body: { error?: Record<string, unknown>; [key: string]: unknown };
}

/** A test key of the account behind CONFORMANCE_STRIPE_URL. */
const key = process.env.CONFORMANCE_STRIPE_KEY ?? SECRET_KEY;

/** Call it at the top of a file, and use what it gives inside cases. */
export function useStripe(): World {
  let received: Receiver | null = null;
  const target = conformanceTarget("stripe", async () => {
    const standIn = await startTestStripe();
    received = standIn.receiver;
    return standIn;
  });
  let sdk: Stripe | null = null;
  return {
    key,
    get receiver() {
      if (!received) throw new Error("only a stand-in's webhooks are received");
      return received;
    },
    get stripe() {
      sdk ??= sdkAt(new URL(target()));
      return sdk;
    },
    async raw(method, path, body, headers = {}) {
      const response = await fetch(new URL(path, target()), {
        method,
        headers: {
          Authorization: `Bearer ${key}`,
          "Content-Type": "application/x-www-form-urlencoded",
          "Stripe-Version": Stripe.API_VERSION,
          ...headers,
        },
        ...(body === undefined ? {} : { body }),
      });
      return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) };
    },
    async eventAbout(type, id) {
      const about = async () => {
        const { data } = await this.stripe.events.list({ type, limit: 100 });
        return data.find((event) => (event.data.object as { id?: string }).id === id);
      };
      await expect.poll(about, { timeout: 30_000, message: `${type} about ${id}` }).toBeDefined();
      return (await about()) as Stripe.Event;
    },
  };
}

const sdkAt = ({ protocol, hostname, port }: URL): Stripe =>
  new Stripe(key, {
    host: hostname,
    protocol: protocol === "https:" ? "https" : "http",
    ...(port === "" ? {} : { port }),
    maxNetworkRetries: 0,
    telemetry: false,
  });
