import { type Environment, portNumber, required, wholeNumber } from "../shared/environment.ts";
import { MAX_LATENCY_MS } from "./simulation/state.ts";

/** What the process is told by its environment. */
export interface Config {
  port: number;
  dataDir: string;
  secretKey: string;
  webhookUrl: string;
  webhookSecret: string;
  /** The types that the endpoint is told of: `refund.created`, or with a star at the end, `refund.*`. */
  webhookEvents: string[];
  latencyMs: number;
}

/** @throws Error naming the variable that is missing or malformed. */
export function readConfig(env: Environment): Config {
  const webhookUrl = required(env, "STRIPE_WEBHOOK_URL");
  if (!URL.canParse(webhookUrl) || !/^https?:/.test(webhookUrl)) {
    throw new Error("STRIPE_WEBHOOK_URL must be an http or https address");
  }
  return {
    port: portNumber(env),
    dataDir: required(env, "DATA_DIR"),
    secretKey: required(env, "STRIPE_SECRET_KEY"),
    webhookUrl,
    webhookSecret: required(env, "STRIPE_WEBHOOK_SECRET"),
    webhookEvents: (env.STRIPE_WEBHOOK_EVENTS ?? "*").split(",").map(eventPattern),
    latencyMs: wholeNumber(env, "STRIPE_LATENCY_MS", { min: 0, max: MAX_LATENCY_MS, fallback: 0 }),
  };
}

function eventPattern(text: string): string {
  if (/^([a-z_.]+|[a-z_.]*\*)$/.test(text)) return text;
  throw new Error(`STRIPE_WEBHOOK_EVENTS is a list such as "refund.*,charge.failed"; not "${text}"`);
}
