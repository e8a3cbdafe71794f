import { join } from "node:path";
import { byDetours, type Config, httpUrl } from "../config.ts";
import type { Part } from "../supervisor/part.ts";
import { answersOk } from "./http.ts";
import { platformSecrets } from "./secrets.ts";
import { nodeProcess } from "./stores.ts";

/**
 * What payments acts on. An endpoint at Stripe is registered for the same: of the five reports that a plain payment
 * gives, one may say something that is not known here already: that a buyer's bank has agreed. That money was taken says
 * the answer to our own capture, or the next look at one that got none, so `payment_intent.succeeded` is not among them.
 */
const WEBHOOK_EVENTS = [
  "payment_intent.amount_capturable_updated",
  "payment_intent.canceled",
  "payment_intent.payment_failed",
  "payment_intent.processing",
  "payment_intent.requires_action",
  ...["checkout.session.*", "charge.refund*", "charge.dispute.*", "refund.*"],
];

/** The Stripe-compatible API; its webhooks go to the gateway. */
export function stripePart(config: Config): Part {
  const port = config.ports.stripe;
  const url = httpUrl(config, "stripe");
  return {
    name: "stripe",
    ports: [port],
    addresses: [{ label: "Stripe stand-in", url }],
    command() {
      const { stripeKey, stripeWebhook } = platformSecrets(config.dataDir);
      const env = {
        PORT: String(port),
        DATA_DIR: join(config.dataDir, "stripe"),
        STRIPE_SECRET_KEY: stripeKey,
        STRIPE_WEBHOOK_URL: `${httpUrl(byDetours(config), "gateway")}/api/payments/webhooks/stripe`,
        STRIPE_WEBHOOK_SECRET: stripeWebhook,
        STRIPE_WEBHOOK_EVENTS: WEBHOOK_EVENTS.join(","),
      };
      return nodeProcess(config, "stripe/main.ts", env);
    },
    ready: (signal) => answersOk(`${url}/health`, signal),
  };
}
