import Stripe from "stripe";
import { beforeEach, describe, expect, it } from "vitest";
import { Unavailable } from "#shared/errors/problem.ts";
import { KeySpent, type PaymentProvider } from "../core/provider.ts";
import { guarded } from "./guarded.ts";

const LOGGER = { info: () => undefined, warn: () => undefined, error: () => undefined };
const COOL_DOWN_MS = 10_000;

let now = 0;
let calls = 0;
let answer: () => Promise<never>;
let provider: PaymentProvider;
beforeEach(() => {
  now = 0;
  calls = 0;
  const call = () => {
    calls++;
    return answer();
  };
  const methods = ["createIntent", "openPage", "retrievePage", "closePage", "confirm", "capture"] as const;
  const others = ["cancel", "retrieve", "refund", "aftermath", "list", "ping"] as const;
  const inner = Object.fromEntries([...methods, ...others].map((name) => [name, call]));
  provider = guarded(inner as unknown as PaymentProvider, { clock: () => now, logger: LOGGER });
});

const ask = () => provider.retrieve("pi_1");
const out = async () => {
  throw new Unavailable("stripe", "time-out");
};
const fail = async (times: number) => {
  answer = out;
  for (let n = 0; n < times; n++) await expect(ask()).rejects.toThrow(Unavailable);
};

describe("the circuit breaker before Stripe", () => {
  it("opens after five failures in a row: then a call is Unavailable at once, and none is made", async () => {
    await fail(5);
    expect(calls).toBe(5);
    await expect(provider.capture("pi_1", 1, "key")).rejects.toThrow(Unavailable);
    expect(calls).toBe(5);
  });

  it("asks once after a while, and closes when that is answered", async () => {
    await fail(5);
    now += COOL_DOWN_MS;
    await fail(2);
    expect(calls).toBe(6);
    now += COOL_DOWN_MS;
    answer = () => Promise.resolve({} as never);
    await ask();
    await ask();
    expect(calls).toBe(8);
  });

  it.each([
    ["a decline", new Stripe.errors.StripeCardError({ type: "card_error", message: "declined" })],
    [
      "a key of other parameters",
      new KeySpent("stripe", new Stripe.errors.StripeIdempotencyError({} as never)),
    ],
  ])("is not opened by %s, which is an answer", async (_, thrown) => {
    answer = async () => {
      throw thrown;
    };
    for (let n = 0; n < 12; n++) await expect(ask()).rejects.toBe(thrown);
    expect(calls).toBe(12);
  });

  it("does not stand before the health check", async () => {
    await fail(5);
    await expect(provider.ping()).rejects.toThrow(Unavailable);
    expect(calls).toBe(6);
  });
});
