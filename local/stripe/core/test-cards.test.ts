import { describe, expect, test } from "vitest";
import { passesLuhn } from "./card-entry.ts";
import { cardOfNumber, cardOfPaymentMethod, cardOfToken, testCard } from "./test-cards.ts";

describe("the published test cards", () => {
  // https://docs.stripe.com/testing
  test.each([
    ["4242424242424242", "visa"],
    ["378282246310005", "378282246310005"],
    ["4000000000000002", "chargeDeclined"],
    ["4000000000009995", "chargeDeclinedInsufficientFunds"],
    ["4000002500003155", "authenticationRequiredOnSetup"],
    ["4000002760003184", "authenticationRequired"],
    ["4000000000000259", "createDispute"],
    ["4000000000005126", "refundFail"],
    ["4000000000003220", "threeDSecure2Required"],
    ["4111111111111111", null],
    ["", null],
  ])("%s is %s", (number, key) => {
    expect(cardOfNumber(number)).toBe(key);
    if (key) expect(passesLuhn(testCard(key).number)).toBe(true);
  });

  test("are found by payment method and token, with and without the brand, and not by number", () => {
    expect(cardOfPaymentMethod("pm_card_visa_chargeDeclined")).toBe("chargeDeclined");
    expect(cardOfToken("tok_visa")).toBe("visa");
    expect(cardOfPaymentMethod("tok_visa")).toBeNull();
    expect(cardOfPaymentMethod("pm_card_378282246310005")).toBeNull();
    expect(cardOfToken("tok_toString")).toBeNull();
    expect(() => testCard("nothing")).toThrow("nothing");
  });
});
