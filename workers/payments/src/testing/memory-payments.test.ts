import { describe, expect, it } from "vitest";
import { describePayments } from "../repositories/payments.contract.ts";
import { describeReconciliation } from "../repositories/reconciliation.contract.ts";
import { memoryPayments } from "./memory-payments.ts";
import { paymentOf } from "./samples.ts";

describePayments("memory", async () => memoryPayments().payments);
describeReconciliation("memory", async () => memoryPayments().reconciliation);

describe("memory: a method", () => {
  it("has had its effect before anybody waits for it, and all of it can be read at once", () => {
    const memory = memoryPayments();
    const payment = paymentOf();
    void memory.payments.add(payment);
    expect(memory.all()).toEqual([payment]);
    void memory.payments.write(payment, { state: "VOIDED" }, []);
    expect(memory.all()).toMatchObject([{ state: "VOIDED", rev: 2 }]);
    const cursor = { _id: "intents", from: 0, to: 600, after: null, rev: 1 } as const;
    void memory.reconciliation.write(cursor);
    expect(memory.cursors()).toEqual([cursor]);
  });
});
