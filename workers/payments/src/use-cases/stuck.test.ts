import { beforeEach, describe, expect, it } from "vitest";
import { Unavailable } from "#shared/errors/problem.ts";
import type { Intent, Payment } from "../core/payment.ts";
import { KeySpent, type Listed, type PaymentProvider } from "../core/provider.ts";
import { type MemoryPayments, memoryPayments } from "../testing/memory-payments.ts";
import { NOW, paymentOf } from "../testing/samples.ts";
import type { PaymentsDeps } from "./deps.ts";
import { reconcile } from "./reconcile.ts";
import { sweep } from "./sweep.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;

let memory: MemoryPayments;
let now: number;
let errors: string[];
/** When Stripe was asked for something. */
let asked: number[];

beforeEach(() => {
  memory = memoryPayments();
  now = NOW;
  errors = [];
  asked = [];
});

/** A Stripe that answers every question with what `answer` says; a list of it is empty. */
function deps(answer: () => unknown, over: Partial<PaymentProvider> = {}): PaymentsDeps {
  const question = async () => {
    asked.push(now);
    return answer();
  };
  const provider = { capture: question, cancel: question, retrieve: question, aftermath: question };
  return {
    payments: memory.payments,
    reconciliation: memory.reconciliation,
    provider: {
      ...provider,
      list: async () => ({ items: [], next: null }),
      ...over,
    } as unknown as PaymentProvider,
    clock: () => now,
    logger: { info() {}, warn() {}, error: (message) => void errors.push(message) },
    send: async () => undefined,
  };
}
const undecided = (): Intent => ({
  ...{ id: "pi_1", status: "processing", clientSecret: null, amountReceived: 0, failure: null },
});
async function inFlight(state: Payment["state"]): Promise<void> {
  await memory.payments.add(
    paymentOf({
      state,
      intentId: "pi_1",
      checkAt: new Date(NOW),
      payBy: new Date(NOW),
      capturedAmount: 5_000,
    }),
  );
}
/** Sweeps every so often, as the alarm does, for so long. */
async function sweepFor(ms: number, everyMs: number, with_: PaymentsDeps): Promise<void> {
  for (const end = now + ms; now < end; now += everyMs) await sweep(with_).catch(() => undefined);
}
const one = () => memory.all()[0]!;

describe("a payment that Stripe does not decide", () => {
  it.each(["CAPTURING", "VOIDING"] as const)(
    "while it is %s is looked at every two minutes at last, for a week; then a person is needed, or a webhook",
    async (state) => {
      await inFlight(state);
      const stripe = deps(undecided);
      await sweepFor(60 * MINUTE, 5_000, stripe);
      expect(asked.length).toBeGreaterThan(25);
      expect(asked.length).toBeLessThan(65);
      expect(errors).toEqual([]);
      await sweepFor(8 * DAY, MINUTE, stripe);
      expect(errors).toEqual(["Stripe does not decide a payment: a person is needed"]);
      expect(one()).toMatchObject({ state, checkAt: null });
      asked.length = 0;
      await sweepFor(DAY, MINUTE, stripe);
      expect(asked).toEqual([]);

      const report = { id: "evt_1", about: "intent" } as const;
      expect(await memory.payments.takeWebhook({ intentId: "pi_1" }, report, new Date(now))).not.toBeNull();
    },
  );

  it("is looked at for as long as it takes while Stripe does not answer at all", async () => {
    await inFlight("CAPTURING");
    const out = deps(() => {
      throw new Unavailable("stripe");
    });
    await sweepFor(10 * DAY, MINUTE, out);
    expect(one().checkAt).not.toBeNull();
    expect(asked.at(-1)).toBeGreaterThan(now - 5 * MINUTE);
    expect(errors).toEqual([]);
  });

  it("while its refund is under way is looked at less and less often, for a month", async () => {
    await inFlight("REFUNDING");
    const pending = { id: "re_1", amount: 5_000, status: "pending", failure: null, number: 1 };
    const stripe = deps(() => ({ refunds: [pending], disputes: [] }));
    await sweepFor(32 * DAY, 10 * MINUTE, stripe);
    // Every 3 to 6 hours at last.
    expect(asked.length).toBeGreaterThan(100);
    expect(asked.length).toBeLessThan(300);
    expect(errors).toEqual(["Stripe does not decide a payment: a person is needed"]);
    expect(one().checkAt).toBeNull();
  });
});

describe("a divergence that cannot be mended", () => {
  it.each([
    ["refused", new Error("no such intent")],
    ["answered by a spent key", new KeySpent("stripe")],
  ])("because it is %s does not stand in the way of the next one", async (_, error) => {
    const payments = ["pi_1", "pi_2"].map((intentId) =>
      paymentOf({ state: "VOIDED", intentId, checkAt: null }),
    );
    for (const payment of payments) await memory.payments.add(payment);
    const items = payments.map(({ bookingId, intentId }): Listed => {
      return { id: intentId!, status: "requires_capture", bookingId, intentId };
    });
    const cancelled: string[] = [];
    const cancel = async (id: string) => {
      if (id === "pi_1") throw error;
      cancelled.push(id);
      return undecided();
    };
    const list = async (kind: string) => ({ items: kind === "intents" ? items : [], next: null });
    await reconcile(deps(undecided, { cancel, list } as unknown as Partial<PaymentProvider>));
    expect(cancelled).toEqual(["pi_2"]);
    expect(errors).toEqual(["not mended: a person is needed"]);
  });
});
