import { ACCOUNTS } from "../seed/accounts.ts";
import { signIn } from "../seed/api.ts";
import { findEvent } from "./find.ts";
import { held } from "./held.ts";
import type { PaymentRecord } from "./payment-record.ts";
import type { Report } from "./report.ts";
import { confirmed, declined, soldAlready } from "./scenarios.ts";

export interface EndToEnd {
  /** The public address, without a slash at the end. */
  url: string;
  /** null when the payment provider cannot be asked. */
  paymentRecord: PaymentRecord | null;
  report: Report;
  random: () => number;
  /** Epoch ms. */
  now: () => number;
}

/**
 * Buys, is declined, comes too late, and buys what was held before, as the seeded buyer. Uses up four seats a run.
 * @throws CheckFailed or ApiError when anything is not as it has to be
 */
export async function runEndToEnd({ url, paymentRecord, report, random, now }: EndToEnd): Promise<void> {
  const { buyer: account } = ACCOUNTS;
  report.heading(`Against ${url}`);
  const buyer = await report.step(`Log in as ${account.email}`, () => signIn(url, account));
  const event = await findEvent({ buyer, report }, now());
  const run = { report, buyer, event, paymentRecord, random };
  const sold = await confirmed(run);
  await declined(run);
  await soldAlready(run, sold);
  await held(run);
}
