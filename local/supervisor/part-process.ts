import { spawn } from "node:child_process";
import { closeSync } from "node:fs";
import { describeProcess, type ProcessRecord } from "../cli/process-identity.mjs";
import { type Part, PlatformError, STOP_GRACE_MS } from "./part.ts";
import { logFileOf, logTail, openPartLog } from "./part-log.ts";
import { type StopOptions, signalGroup, stopGroup } from "./process-group.ts";
import { RUN_ID_VARIABLE, type RunState } from "./run-state.ts";

/** What a part gets from the supervisor's own environment: where programs and temporary files are. */
const INHERITED = ["PATH", "HOME", "TMPDIR", "LANG", "TZ"];

/** One run of a part's process: from its start until nothing of its group is left. */
export class PartProcess {
  readonly pid: number;
  /** Aborted when the process has ended; the reason is an error that says how. */
  readonly ended: AbortSignal;
  readonly #part: Part;
  readonly #leader: ProcessRecord;
  readonly #state: RunState;
  readonly #logFile: string;
  readonly #logFrom: number;
  #gone = false;

  /** Starts the process. Rejects with PlatformError when the system cannot. */
  static async start(part: Part, dataDir: string, state: RunState): Promise<PartProcess> {
    const { file, args, env, cwd, uid, gid } = part.command();
    const log = openPartLog(logFileOf(dataDir, part.name));
    const ended = new AbortController();
    try {
      state.starting(part.name, { command: [file, ...args].join(" "), ...stopOptions(part) });
      const child = spawn(file, args, {
        detached: true, // leads a group of its own: a Ctrl-C at the terminal does not reach it past the supervisor
        stdio: ["ignore", log.fd, log.fd],
        env: { ...inheritedEnvironment(), ...env, [RUN_ID_VARIABLE]: state.runId },
        ...(cwd !== undefined && { cwd }),
        ...(uid !== undefined && { uid }),
        ...(gid !== undefined && { gid }),
      });
      child.once("exit", (code, signal) =>
        ended.abort(new PlatformError(signal ? `was ended by ${signal}` : `ended with code ${code}`)),
      );
      await new Promise<void>((resolve, reject) => {
        child.once("spawn", resolve);
        child.once("error", (error) => reject(new PlatformError(`could not be run: ${error.message}`)));
      });
      return new PartProcess(
        part,
        child.pid ?? 0,
        ended.signal,
        state,
        logFileOf(dataDir, part.name),
        log.from,
      );
    } catch (error) {
      state.stopped(part.name);
      throw error;
    } finally {
      closeSync(log.fd);
    }
  }

  private constructor(
    part: Part,
    pid: number,
    ended: AbortSignal,
    state: RunState,
    logFile: string,
    logFrom: number,
  ) {
    this.#part = part;
    this.pid = pid;
    this.ended = ended;
    this.#leader = describeProcess(pid) ?? { pid, identity: "ended" };
    this.#state = state;
    this.#logFile = logFile;
    this.#logFrom = logFrom;
    state.started(part.name, pid);
  }

  /** The last lines that this run has written. */
  logTail(): string[] {
    return logTail(this.#logFile, this.#logFrom);
  }

  /** Sends a signal to the whole group. */
  signal(signal: NodeJS.Signals): void {
    // Once the group is gone its number may have been given to another.
    if (!this.#gone) signalGroup(this.pid, signal);
  }

  /** Ends the whole group; may be called again. */
  async stop(hurry: AbortSignal): Promise<void> {
    if (this.#gone) return;
    await stopGroup(this.#leader, { ...stopOptions(this.#part), hurry });
    this.#gone = true;
    this.#state.stopped(this.#part.name);
  }
}

function stopOptions(part: Part): Required<Omit<StopOptions, "hurry">> {
  return { stopSignal: part.stopSignal ?? "SIGTERM", stopGraceMs: part.stopGraceMs ?? STOP_GRACE_MS };
}

function inheritedEnvironment(): Record<string, string> {
  return Object.fromEntries(
    INHERITED.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
