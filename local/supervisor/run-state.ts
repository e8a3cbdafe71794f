import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describeProcess, type ProcessRecord } from "../cli/process-identity.mjs";

/** Every process of one run of the platform has this variable, so that a later run can find it. */
export const RUN_ID_VARIABLE = "TICKETFLOW_RUN_ID";

export type RunRecord = {
  runId: string;
  supervisor: ProcessRecord | null;
  parts: Record<string, PartRecord>;
};

export type PartRecord = {
  /** Null while the process is about to be started. */
  process: ProcessRecord | null;
  command: string;
  stopSignal: NodeJS.Signals;
  stopGraceMs: number;
};

const runFile = (dataDir: string): string => join(dataDir, "run.json");

/** What the last run wrote; null when it ended in order. An unreadable file is null as well. */
export function readRunRecord(dataDir: string): RunRecord | null {
  try {
    const record: unknown = JSON.parse(readFileSync(runFile(dataDir), "utf8"));
    return isRunRecord(record) ? record : null;
  } catch {
    return null;
  }
}

function isRunRecord(value: unknown): value is RunRecord {
  return typeof value === "object" && value !== null && "runId" in value && "parts" in value;
}

/** Says that nothing of an earlier run is left. */
export function removeRunRecord(dataDir: string): void {
  rmSync(runFile(dataDir), { force: true });
}

/**
 * Keeps run.json true while parts come and go. It is replaced as a whole by a rename, so that a reader never sees
 * half of it; it need not survive a loss of power, which no process does either.
 */
export class RunState {
  readonly runId: string;
  readonly #dataDir: string;
  readonly #record: RunRecord;

  constructor(dataDir: string, runId: string) {
    this.runId = runId;
    this.#dataDir = dataDir;
    this.#record = { runId, supervisor: describeProcess(process.pid), parts: {} };
    this.#write();
  }

  /** Called before a process is started: a supervisor that dies in between leaves one without a recorded pid. */
  starting(name: string, part: Omit<PartRecord, "process">): void {
    this.#record.parts[name] = { ...part, process: null };
    this.#write();
  }

  started(name: string, pid: number): void {
    const part = this.#record.parts[name];
    if (part) part.process = describeProcess(pid);
    this.#write();
  }

  stopped(name: string): void {
    delete this.#record.parts[name];
    this.#write();
  }

  #write(): void {
    const aside = `${runFile(this.#dataDir)}.next`;
    writeFileSync(aside, JSON.stringify(this.#record, null, 2));
    renameSync(aside, runFile(this.#dataDir));
  }
}
