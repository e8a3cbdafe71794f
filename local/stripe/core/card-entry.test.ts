import { describe, expect, test } from "vitest";
import { type CardEntry, checkCard } from "./card-entry.ts";

const NOW = Date.UTC(2030, 5, 15);
const GOOD: CardEntry = { number: "4242 4242 4242 4242", expiry: "12 / 34", cvc: "123" };
const check = (changes: Partial<CardEntry>) => checkCard({ ...GOOD, ...changes }, NOW);

describe("a typed card", () => {
  test.each([
    [{}, "visa"],
    [{ number: "4000-0000-0000-9995" }, "chargeDeclinedInsufficientFunds"],
    [{ expiry: "6/30" }, "visa"],
    [{ expiry: "0634" }, "visa"],
    [{ expiry: "06/2034" }, "visa"],
    [{ number: "371449635398431", cvc: "1234" }, "amex"],
  ])("%j is %s", (changes, card) => {
    expect(check(changes)).toEqual({ card });
  });

  test.each([
    [{ number: "" }, "number", "incomplete"],
    [{ number: "4242" }, "number", "invalid"],
    [{ number: "4242 4242 4242 4241" }, "number", "invalid"],
    [{ number: "4111 1111 1111 1111" }, "number", "published test cards"],
    [{ number: "4242 4242 4242 424x" }, "number", "invalid"],
    [{ expiry: "" }, "expiry", "incomplete"],
    [{ expiry: "13/34" }, "expiry", "invalid"],
    [{ expiry: "05/30" }, "expiry", "in the past"],
    [{ expiry: "05/99" }, "expiry", "year is invalid"],
    [{ cvc: "12" }, "cvc", "incomplete"],
    [{ cvc: "1234" }, "cvc", "incomplete"],
    [{ cvc: "12a" }, "cvc", "incomplete"],
    [{ number: "371449635398431" }, "cvc", "incomplete"],
  ] as const)("%j is told at %s: %s", (changes, field, words) => {
    expect(check(changes)).toEqual({ problems: { [field]: expect.stringContaining(words) } });
  });

  test("everything that is wrong is told at once", () => {
    expect(check({ number: "", expiry: "", cvc: "" })).toEqual({
      problems: { number: expect.any(String), expiry: expect.any(String), cvc: expect.any(String) },
    });
  });
});
