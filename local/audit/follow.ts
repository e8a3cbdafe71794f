import { setTimeout as delay } from "node:timers/promises";
import type { Client } from "#shared/client/client.ts";
import { getAudit, startAudit } from "#shared/client/generated/sdk.gen.ts";
import type { AuditFinding, AuditReport, NewAudit } from "#shared/client/generated/types.gen.ts";
import { CommandError } from "../cli/command.ts";
import { ApiError, answerOf } from "../seed/api.ts";

/** How long another audit that runs is waited for; one of a small platform takes seconds. */
const BUSY_LIMIT_MS = 10 * 60_000;

/** The auditor ends each audit within six hours; what was not heard of by then has been lost. */
const RUN_LIMIT_MS = 7 * 3_600_000;

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 2_000;

/** So many questions in a row may stay without an answer: an outage does not end the audit itself. */
const MAX_SILENCES = 30;

const PER_PAGE = 100;

/** An audit that has ended, with all its findings. */
export type WholeAudit = Omit<AuditReport, "pagination">;

interface Patience {
  now: () => number;
  pause: (ms: number) => Promise<unknown>;
}

const REAL: Patience = { now: () => performance.now(), pause: (ms) => delay(ms) };

/**
 * Starts an audit, after the one that may be running, and waits for its end.
 * @param tell is told what is waited for
 * @throws CommandError when another one does not end, or the answers do not come; ApiError when it is refused
 */
export async function runAudit(
  client: Client,
  body: NewAudit,
  tell: (line: string) => void,
  { now, pause }: Patience = REAL,
): Promise<WholeAudit> {
  const { id } = await started(client, body, tell, { now, pause });
  tell(`Audit ${id} runs.`);
  const giveUpAt = now() + RUN_LIMIT_MS;
  let silences = 0;
  for (let pauseMs = FIRST_PAUSE_MS; now() < giveUpAt; pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 1.5)) {
    await pause(pauseMs);
    try {
      const report = await page(client, id, 1);
      silences = 0;
      if (report.state !== "RUNNING") return await whole(client, report);
    } catch (error) {
      const isRefused = error instanceof ApiError && error.status < 500;
      if (isRefused || ++silences > MAX_SILENCES) throw error;
    }
  }
  throw new CommandError(`Audit ${id} has not ended after ${RUN_LIMIT_MS / 3_600_000} hours.`);
}

async function started(
  client: Client,
  body: NewAudit,
  tell: (line: string) => void,
  { now, pause }: Patience,
) {
  const giveUpAt = now() + BUSY_LIMIT_MS;
  for (let isTold = false; ; isTold = true) {
    try {
      return await answerOf(startAudit({ client, body }));
    } catch (error) {
      if (!(error instanceof ApiError && error.code === "AUDIT_RUNNING")) throw error;
      if (now() >= giveUpAt) throw new CommandError(`Another audit runs and does not end: ${error.message}`);
      if (!isTold) tell("Another audit runs; this one follows.");
      await pause(LONGEST_PAUSE_MS);
    }
  }
}

const page = (client: Client, id: string, number: number) =>
  answerOf(getAudit({ client, path: { id }, query: { page: number, perPage: PER_PAGE } }));

async function whole(client: Client, first: AuditReport): Promise<WholeAudit> {
  const { pagination, ...report } = first;
  const findings: AuditFinding[] = [...report.findings];
  for (let number = 2; number <= pagination.totalPages; number++) {
    findings.push(...(await page(client, report.id, number)).findings);
  }
  return { ...report, findings };
}
