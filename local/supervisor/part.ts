/** What the supervisor runs: one process with its probe. Everything here is said by the part itself. */
export type Part = {
  /** Unique; also names its log file. */
  name: string;
  /** The ports on 127.0.0.1 that must be free before it starts. */
  ports: number[];
  /** Parts that must be ready before it starts, and that are stopped after it. */
  dependsOn?: string[];
  /** Rows of the table that a start prints. */
  addresses?: PartAddress[];
  /** Runs before every start of the process, a restart included: must be repeatable. */
  prepare?(signal: AbortSignal): Promise<void>;
  /** Called after `prepare`, before every start of the process. */
  command(): PartCommand;
  /** A probe: called until it resolves, with a signal for each attempt's end. */
  ready(signal: AbortSignal): Promise<void>;
  /** Runs once the probe has passed, a restart included: must be repeatable. */
  afterReady?(signal: AbortSignal): Promise<void>;
  /** How long `prepare`, becoming ready, and `afterReady` may each take. Default START_LIMIT_MS. */
  startLimitMs?: number;
  /** What asks the process to end in order. Default SIGTERM. */
  stopSignal?: NodeJS.Signals;
  /** How long it may take to end in order before it is killed. Default STOP_GRACE_MS. */
  stopGraceMs?: number;
};

export type PartAddress = { label: string; url: string };

export type PartCommand = {
  file: string;
  args: string[];
  /** Added to PATH, HOME, TMPDIR, LANG and TZ; nothing else is inherited. */
  env: Record<string, string>;
  cwd?: string;
  /** Run as another user, where the supervisor is root. */
  uid?: number;
  gid?: number;
};

export type PartState = "waiting" | "starting" | "ready" | "backing off" | "failed" | "stopped";

export type PartStatus = {
  name: string;
  state: PartState;
  /** Null while no process runs. */
  pid: number | null;
  /** How often it was started again after it had died. */
  restarts: number;
  logFile: string;
};

/** A first start on a busy machine (a database's initialisation) takes some seconds; a minute is a hang. */
export const START_LIMIT_MS = 60_000;
/** A database writes a checkpoint when it is stopped. */
export const STOP_GRACE_MS = 10_000;

/** A failure that the person at the terminal can act on: its message is meant to be read as it is. */
export class PlatformError extends Error {}
