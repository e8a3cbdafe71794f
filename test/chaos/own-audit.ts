import { setTimeout as delay } from "node:timers/promises";
import { ACCOUNTS } from "#local/seed/accounts.ts";
import { ApiError, answerOf, signIn } from "#local/seed/api.ts";
import type { Client } from "#shared/client/client.ts";
import { getAudit, startAudit } from "#shared/client/generated/sdk.gen.ts";
import type { AuditReport } from "#shared/client/generated/types.gen.ts";

/** Each booking is compared with Stripe: thousands take minutes. */
const LIMIT_MS = 900_000;
const POLL_MS = 500;

/** What the platform's own auditor says of all that it has. */
export type OwnAudit = Pick<AuditReport, "counted" | "found" | "findings">;

/** Runs an audit that mends nothing. @throws Error when it does not come to its end */
export async function auditItself(url: string): Promise<OwnAudit> {
  const client = await signIn(url, ACCOUNTS.admin);
  const giveUpAt = performance.now() + LIMIT_MS;
  const id = await begin(client, giveUpAt);
  for (;;) {
    const report = await answerOf(getAudit({ client, path: { id }, query: { perPage: 100 } }));
    if (report.state === "DONE") return report;
    if (report.state === "FAILED") throw new Error(`the audit failed: ${report.error}`);
    if (performance.now() > giveUpAt) throw new Error(`the audit ran for over ${LIMIT_MS / 1000} s`);
    await delay(POLL_MS);
  }
}

/** The Workers begin one by themselves when they start: that one ends first. @returns the id of one that sees everything */
async function begin(client: Client, giveUpAt: number): Promise<string> {
  for (;;) {
    try {
      return (await answerOf(startAudit({ client, body: { repair: false } }))).id;
    } catch (error) {
      const isRunning = error instanceof ApiError && error.code === "AUDIT_RUNNING";
      if (!isRunning || performance.now() > giveUpAt) throw error;
    }
    await delay(POLL_MS);
  }
}
