import { describe, expect, test } from "vitest";
import { readConfig } from "./config.ts";

const ENVIRONMENT = {
  PORT: "5484",
  DATA_DIR: "/data",
  STRIPE_SECRET_KEY: "sk_test_local",
  STRIPE_WEBHOOK_URL: "http://127.0.0.1:8787/api/payments/webhooks/stripe",
  STRIPE_WEBHOOK_SECRET: "whsec_local",
};

describe("configuration", () => {
  test("is read from the environment, without latency unless it is asked for", () => {
    expect(readConfig(ENVIRONMENT)).toEqual({
      port: 5484,
      dataDir: "/data",
      secretKey: "sk_test_local",
      webhookUrl: ENVIRONMENT.STRIPE_WEBHOOK_URL,
      webhookSecret: "whsec_local",
      webhookEvents: ["*"],
      latencyMs: 0,
    });
    const some = readConfig({ ...ENVIRONMENT, STRIPE_WEBHOOK_EVENTS: "refund.*,charge.failed" });
    expect(some.webhookEvents).toEqual(["refund.*", "charge.failed"]);
    expect(readConfig({ ...ENVIRONMENT, STRIPE_LATENCY_MS: "250" }).latencyMs).toBe(250);
  });

  test.each([
    ["STRIPE_SECRET_KEY", ""],
    ["STRIPE_WEBHOOK_SECRET", ""],
    ["DATA_DIR", ""],
    ["PORT", "http"],
    ["STRIPE_WEBHOOK_URL", "not an address"],
    ["STRIPE_WEBHOOK_URL", "ftp://127.0.0.1/"],
    ["STRIPE_WEBHOOK_EVENTS", "refund.*, charge.failed"],
    ["STRIPE_WEBHOOK_EVENTS", "*.created"],
    ["STRIPE_LATENCY_MS", "-1"],
    ["STRIPE_LATENCY_MS", "30001"],
  ])("%s=%j is an error that names it", (name, value) => {
    expect(() => readConfig({ ...ENVIRONMENT, [name]: value })).toThrow(name);
  });
});
