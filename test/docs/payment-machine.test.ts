import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";
import { table, withGenerated } from "#local/docs/markdown.ts";
import { PAYMENT_MACHINE, type PaymentRule } from "../../workers/payments/src/core/machine.ts";

const page = join(resolve(import.meta.dirname, "../.."), "docs/services/payments.md");

const code = (text: string) => `\`${text}\``;
const kinds: Record<PaymentRule["kind"], (rule: PaymentRule) => string> = {
  move: (rule) => (rule.kind === "move" ? code(rule.to) : ""),
  early: () => "early",
  repeat: () => "again",
};

function moves(): string {
  const rows = Object.entries(PAYMENT_MACHINE).flatMap(([state, row]) =>
    Object.entries(row).map(([input, rule]) => [
      ...[code(state), code(input), kinds[rule.kind](rule)],
      "emits" in rule ? rule.emits.map(code).join(", ") : "",
    ]),
  );
  return table(["In", "Input", "Next", "Says"], rows);
}

it("the page of payments has the machine's table; WRITE_DOCS=1 writes it", () => {
  const text = readFileSync(page, "utf8");
  const current = withGenerated(text, { "payment-moves": moves() });
  if (process.env.WRITE_DOCS) writeFileSync(page, current);
  expect(process.env.WRITE_DOCS ? current : text).toBe(current);
});
