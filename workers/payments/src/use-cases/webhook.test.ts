import { expect, it } from "vitest";
import { NOW, paymentOf } from "../testing/samples.ts";
import { isBeingAsked } from "./webhook.ts";

const at = (state: "AUTHORISING" | "CAPTURING" | "ACTION_REQUIRED" | "AUTHORISED") =>
  paymentOf({ state, updatedAt: new Date(NOW) });

it("a report of what we are asking Stripe for ourselves needs no other look, for as long as a call takes", () => {
  expect(isBeingAsked(at("AUTHORISING"), NOW + 4_999)).toBe(true);
  expect(isBeingAsked(at("CAPTURING"), NOW)).toBe(true);
  expect(isBeingAsked(at("CAPTURING"), NOW + 5_000)).toBe(false);
});

it("a report of what the buyer did does, and so does one of a payment at rest", () => {
  expect(isBeingAsked(at("ACTION_REQUIRED"), NOW)).toBe(false);
  expect(isBeingAsked(at("AUTHORISED"), NOW)).toBe(false);
});
