import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AUTHORISATION_SECONDS, authenticate, confirm } from "./attempt.ts";
import { cancel, capture, expire } from "./ending.ts";
import type { ChargeRecord, IntentRecord, IntentStatus } from "./records.ts";
import { StateRefusal } from "./step.ts";

const AMOUNT = 4200;

const intentIn = (captureMethod: "manual" | "automatic"): IntentRecord => ({
  id: "pi_1",
  created: 0,
  clientSecret: "pi_1_secret_1",
  amount: AMOUNT,
  currency: "eur",
  captureMethod,
  status: "requires_payment_method",
  metadata: {},
  description: null,
  receiptEmail: null,
  statementDescriptor: null,
  statementDescriptorSuffix: null,
  allowedPaymentMethodTypes: null,
  automaticPaymentMethods: null,
  paymentMethod: null,
  returnUrl: null,
  useStripeSdk: false,
  attempt: null,
  amountReceived: 0,
  latestCharge: null,
  lastPaymentError: null,
  canceledAt: null,
  cancellationReason: null,
  captureBefore: null,
  checkoutSession: null,
});

const CARDS = [
  "visa",
  "chargeDeclined",
  "threeDSecure2Required",
  "threeDSecureRequiredChargeDeclined",
] as const;

type Command =
  | { name: "confirm"; card: (typeof CARDS)[number] }
  | { name: "authenticate"; passed: boolean }
  | { name: "capture"; amount: number | null }
  | { name: "cancel" }
  | { name: "expire" }
  | { name: "wait"; seconds: number };

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ name: fc.constant("confirm"), card: fc.constantFrom(...CARDS) }) },
  { weight: 3, arbitrary: fc.record({ name: fc.constant("authenticate"), passed: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({
      name: fc.constant("capture"),
      amount: fc.option(fc.integer({ min: 1, max: AMOUNT + 100 })),
    }),
  },
  { weight: 1, arbitrary: fc.record({ name: fc.constant("cancel") }) },
  { weight: 1, arbitrary: fc.record({ name: fc.constant("expire") }) },
  {
    weight: 1,
    arbitrary: fc.record({
      name: fc.constant("wait"),
      seconds: fc.integer({ min: 0, max: 2 * AUTHORISATION_SECONDS }),
    }),
  },
);

/** What may follow what: https://docs.stripe.com/payments/paymentintents/lifecycle */
const ALLOWED: Record<IntentStatus, readonly IntentStatus[]> = {
  requires_payment_method: [
    "requires_payment_method",
    "requires_action",
    "requires_capture",
    "succeeded",
    "canceled",
  ],
  requires_confirmation: [],
  requires_action: [
    "requires_payment_method",
    "requires_action",
    "requires_capture",
    "succeeded",
    "canceled",
  ],
  requires_capture: ["succeeded", "canceled"],
  succeeded: [],
  canceled: [],
};

describe("the state machine", () => {
  test("whatever is asked in whatever order, money and states stay lawful", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("manual" as const, "automatic" as const),
        fc.array(command, { maxLength: 30 }),
        (captureMethod, commands) => {
          let intent = intentIn(captureMethod);
          let method = { id: "pm_0", created: 0, card: "visa" };
          const charges = new Map<string, ChargeRecord>();
          let now = 1_000;
          let serial = 0;
          const context = () => ({ nowSeconds: now, newId: (prefix: string) => `${prefix}_${++serial}` });
          for (const asked of commands) {
            const held = charges.get(intent.latestCharge ?? "") ?? null;
            const before = intent;
            const attempted = () => {
              switch (asked.name) {
                case "wait":
                  now += asked.seconds;
                  return null;
                case "confirm":
                  method = { ...method, card: asked.card };
                  return confirm(intent, method, { offSession: false }, context());
                case "authenticate":
                  return authenticate(intent, method, asked.passed, context());
                case "capture":
                  return capture(intent, held, asked.amount);
                case "cancel":
                  return cancel(intent, held, null, now);
                case "expire":
                  return expire(intent, held, now);
              }
            };
            let step: ReturnType<typeof attempted>;
            try {
              step = attempted();
            } catch (error) {
              if (!(error instanceof StateRefusal)) throw error;
              continue;
            }
            if (!step) continue;
            intent = step.intent;
            if (step.charge) charges.set(step.charge.id, step.charge);
            expect(ALLOWED[before.status]).toContain(intent.status);
            expect(step.events.length).toBeGreaterThan(0);
            const taken = [...charges.values()].reduce((sum, charge) => sum + charge.amountCaptured, 0);
            expect(taken).toBe(intent.amountReceived);
            expect(taken).toBeLessThanOrEqual(AMOUNT);
            expect(taken > 0).toBe(intent.status === "succeeded");
            const open = [...charges.values()].filter(
              (charge) => charge.status === "succeeded" && !charge.captured && charge.amountRefunded === 0,
            );
            expect(open).toHaveLength(intent.status === "requires_capture" ? 1 : 0);
            expect(intent.attempt !== null).toBe(intent.status === "requires_action");
            expect(intent.captureBefore !== null).toBe(intent.status === "requires_capture");
          }
        },
      ),
      { numRuns: 500, seed: 20_260_101 },
    );
  });

  test("an authorisation lapses at its second, not before", () => {
    const context = { nowSeconds: 1_000, newId: (prefix: string) => `${prefix}_1` };
    const method = { id: "pm_1", created: 0, card: "visa" };
    const { intent, charge } = confirm(intentIn("manual"), method, { offSession: false }, context);
    expect(expire(intent, charge, 1_000 + AUTHORISATION_SECONDS - 1)).toBeNull();
    expect(expire(intent, charge, 1_000 + AUTHORISATION_SECONDS)?.intent.status).toBe("canceled");
  });
});
