import { existsSync } from "node:fs";
import { join } from "node:path";
import Stripe from "stripe";
import { type Config, HOST } from "../config.ts";
import { platformSecrets } from "../parts/secrets.ts";
import { CheckFailed } from "./checks.ts";

/** What the payment provider itself has on a booking, in minor units. */
export interface Intent {
  id: string;
  status: string;
  captured: number;
  /** Authorised and not yet taken. */
  held: number;
}

/** The provider's own record. @param since epoch ms: nothing older is looked at */
export type PaymentRecord = (bookingId: string, since: number) => Promise<Intent[]>;

/** Room for clocks that differ and for the provider's whole seconds. */
const MARGIN_SECONDS = 60;

const wrongData = ({ dataDir }: Config) =>
  `the Stripe stand-in does not know the key in ${dataDir}: set TICKETFLOW_DATA_DIR as for npm start`;

/** The record of a platform on this machine; null when its secrets are not in the data folder. */
export function paymentRecordOf(config: Config): PaymentRecord | null {
  // Only looked for: asking for secrets that are not there would make new ones.
  if (!existsSync(join(config.dataDir, "secrets.json"))) return null;
  const stripe = new Stripe(platformSecrets(config.dataDir).stripeKey, {
    host: HOST,
    port: config.ports.stripe,
    protocol: "http",
    telemetry: false,
  });
  return async (bookingId, since) => {
    const found: Intent[] = [];
    const created = { gte: Math.floor(since / 1000) - MARGIN_SECONDS };
    try {
      for await (const intent of stripe.paymentIntents.list({ limit: 100, created })) {
        if (intent.metadata.bookingId !== bookingId) continue;
        const { id, status, amount_received: captured, amount_capturable: held } = intent;
        found.push({ id, status, captured, held });
      }
    } catch (error) {
      if (error instanceof Stripe.errors.StripeAuthenticationError) throw new CheckFailed(wrongData(config));
      throw error;
    }
    return found;
  };
}
