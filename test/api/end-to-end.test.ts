import { describe, expect, it } from "vitest";
import { CheckFailed } from "#local/e2e/checks.ts";
import { type PaymentRecord, paymentRecordOf } from "#local/e2e/payment-record.ts";
import { createReport } from "#local/e2e/report.ts";
import { runEndToEnd } from "#local/e2e/run.ts";
import { config, url } from "../support/world.ts";

async function run(changes: { paymentRecord?: PaymentRecord | null } = {}): Promise<string[]> {
  const lines: string[] = [];
  const report = createReport(
    (line) => lines.push(line),
    () => performance.now(),
  );
  const paymentRecord = paymentRecordOf(config);
  await runEndToEnd({ url, report, paymentRecord, random: Math.random, now: Date.now, ...changes });
  return lines;
}
const told: PaymentRecord = async () => [];

describe("the end-to-end run", () => {
  it("passes again and again on one platform, and prints every step with its time", async () => {
    await run();
    const lines = await run();
    const steps = lines.filter((line) => / ok +\d+ ms /.test(line));
    expect(steps.length).toBeGreaterThanOrEqual(20);
    expect(lines.join("\n")).toMatch(
      /payment\.captured +CONFIRMED.*payment\.declined +FAILED.*SEATS_UNAVAILABLE/s,
    );
  });

  it("fails when Stripe has not captured what the booking says", async () => {
    await expect(run({ paymentRecord: told })).rejects.toThrow(CheckFailed);
  });

  it("fails when Stripe still holds money for a declined booking", async () => {
    const record = paymentRecordOf(config);
    const holding: PaymentRecord = async (bookingId, since) =>
      (await record!(bookingId, since)).map((intent) =>
        intent.captured === 0 ? { ...intent, held: 1 } : intent,
      );
    await expect(run({ paymentRecord: holding })).rejects.toThrow("what Stripe holds is 1, not 0");
  });

  it("says that it has not asked Stripe where it cannot", async () => {
    expect((await run({ paymentRecord: null })).join("\n")).toContain("skipped, its address is not known");
  });
});
