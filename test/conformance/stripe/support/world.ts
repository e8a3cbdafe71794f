import Stripe from "stripe";
import { SECRET_KEY, startTestStripe } from "../../../../local/stripe/test/harness.ts";
import { conformanceTarget } from "../../support/target.ts";

/** What a case talks to Stripe with. */
export interface World {
  /** The official SDK, which never retries by itself here. */
  readonly stripe: Stripe;
  /** A request as the wire has it, with the right key, where the SDK would hide the answer. `headers` win. */
  raw(method: string, path: string, body?: string, headers?: Record<string, string>): Promise<RawAnswer>;
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
  const target = conformanceTarget("stripe", startTestStripe);
  let sdk: Stripe | null = null;
  return {
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
