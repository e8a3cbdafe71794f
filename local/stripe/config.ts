import { MAX_LATENCY_MS } from "./simulation/state.ts";

/** What the process is told by its environment. */
export interface Config {
  port: number;
  dataDir: string;
  secretKey: string;
  webhookUrl: string;
  webhookSecret: string;
  latencyMs: number;
}

/** @throws Error naming the variable that is missing or malformed. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const text = (name: string): string => {
    const value = env[name];
    if (!value) throw new Error(`${name} is not set`);
    return value;
  };
  const count = (name: string, max: number, fallback?: string): number => {
    const value = env[name] || fallback || text(name);
    if (!/^\d{1,6}$/.test(value) || Number(value) > max) {
      throw new Error(`${name} must be a whole number up to ${max}`);
    }
    return Number(value);
  };
  const webhookUrl = text("STRIPE_WEBHOOK_URL");
  if (!URL.canParse(webhookUrl) || !/^https?:/.test(webhookUrl)) {
    throw new Error("STRIPE_WEBHOOK_URL must be an http or https address");
  }
  return {
    port: count("PORT", 65_535),
    dataDir: text("DATA_DIR"),
    secretKey: text("STRIPE_SECRET_KEY"),
    webhookUrl,
    webhookSecret: text("STRIPE_WEBHOOK_SECRET"),
    latencyMs: count("STRIPE_LATENCY_MS", MAX_LATENCY_MS, "0"),
  };
}
