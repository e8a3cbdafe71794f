import type { Clock } from "#shared/clock.ts";
import { type Part, type PartState, type PartStatus, PlatformError, START_LIMIT_MS } from "./part.ts";
import { logFileOf } from "./part-log.ts";
import { PartProcess } from "./part-process.ts";
import { MAX_RESTARTS, RESTART_WINDOW_MS, RestartPolicy } from "./restart-policy.ts";
import type { RunState } from "./run-state.ts";
import { pollUntilReady, withTimeLimit } from "./time-limit.ts";

/** What all parts of one run share. */
export type RunContext = {
  dataDir: string;
  state: RunState;
  clock: Clock;
  log: (line: string) => void;
  sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Aborted when everything is to be killed at once. */
  hurry: AbortSignal;
  /** Told when a part that was ready has died. */
  onDeath: (part: SupervisedPart, error: PlatformError) => void;
};

/** One part over all its runs: started, watched, started again when it dies, stopped. */
export class SupervisedPart {
  readonly part: Part;
  readonly #context: RunContext;
  readonly #policy: RestartPolicy;
  #state: PartState = "waiting";
  #process: PartProcess | null = null;
  #restarts = 0;
  /** Aborted to end whatever is going on: a start, or the wait before one. */
  #life = new AbortController();
  #activity: Promise<void> = Promise.resolve();

  constructor(part: Part, context: RunContext) {
    this.part = part;
    this.#context = context;
    this.#policy = new RestartPolicy(context.clock);
  }

  status(): PartStatus {
    return {
      name: this.part.name,
      state: this.#state,
      pid: this.#process?.pid ?? null,
      restarts: this.#restarts,
      logFile: logFileOf(this.#context.dataDir, this.part.name),
    };
  }

  /** Starts the part; resolves when it is ready. Rejects with PlatformError, with nothing of it left running. */
  start(signal: AbortSignal): Promise<void> {
    const started = this.#start(AbortSignal.any([signal, this.#life.signal]));
    this.#activity = started.catch(() => {});
    return started;
  }

  /** Starts a part that has died, after a pause that grows, until it is ready or has died too often. */
  recover(error: PlatformError): void {
    this.#activity = this.#recover(error, this.#life.signal).catch((failure: unknown) => {
      if (!this.#life.signal.aborted)
        this.#giveUp(failure instanceof Error ? failure.message : String(failure));
    });
  }

  /** Ends the part, whatever it is doing; nothing of it is left running. */
  async stop(): Promise<void> {
    this.#life.abort(new PlatformError(`${this.part.name} was stopped.`));
    await this.#activity;
    await this.#endProcess();
    this.#state = "stopped";
  }

  /** Stops the part and starts it anew, unless `signal` is aborted meanwhile. */
  async restart(signal: AbortSignal): Promise<void> {
    await this.stop();
    this.#life = new AbortController();
    await this.start(signal);
  }

  /** Sends a signal to all processes of the part, if it has any. */
  signal(signal: NodeJS.Signals): void {
    this.#process?.signal(signal);
  }

  async #start(signal: AbortSignal): Promise<void> {
    const { name, prepare, ready, afterReady } = this.part;
    this.#state = "starting";
    try {
      if (prepare) await this.#stage("prepare itself", signal, (limit) => prepare.call(this.part, limit));
      signal.throwIfAborted();
      const running = await PartProcess.start(this.part, this.#context.dataDir, this.#context.state);
      this.#process = running;
      const alive = AbortSignal.any([signal, running.ended]);
      let lastFailure: unknown;
      await this.#stage("become ready", alive, (limit) =>
        pollUntilReady(
          (attempt) => ready.call(this.part, attempt),
          limit,
          (failure) => {
            lastFailure = failure;
          },
        ),
      ).catch((error: Error) => {
        throw lastFailure === undefined ? error : new PlatformError(error.message, { cause: lastFailure });
      });
      if (afterReady)
        await this.#stage("finish its start", alive, (limit) => afterReady.call(this.part, limit));
      alive.throwIfAborted();
      this.#state = "ready";
      running.ended.addEventListener("abort", () => this.#onEnd(running));
    } catch (error) {
      const tail = this.#process?.logTail() ?? [];
      await this.#endProcess();
      this.#state = "failed";
      if (signal.aborted) throw signal.reason;
      throw new PlatformError(this.#describeFailure(name, error, tail));
    }
  }

  #stage(what: string, signal: AbortSignal, work: (limit: AbortSignal) => Promise<void>): Promise<void> {
    const limitMs = this.part.startLimitMs ?? START_LIMIT_MS;
    return withTimeLimit(
      limitMs,
      new PlatformError(`did not ${what} within ${limitMs / 1000} s`),
      signal,
      work,
    );
  }

  #describeFailure(name: string, error: unknown, tail: readonly string[]): string {
    const failure = error instanceof Error ? error : new Error(String(error));
    const cause = failure.cause instanceof Error ? ` (its probe: ${failure.cause.message})` : "";
    const lines =
      tail.length > 0
        ? `Its last log lines:\n${tail.map((line) => `  | ${line}`).join("\n")}`
        : "It logged nothing.";
    return `${name} ${failure.message}${cause}. ${lines}\nThe whole log: ${this.status().logFile}`;
  }

  #onEnd(running: PartProcess): void {
    if (this.#life.signal.aborted || running !== this.#process) return;
    const tail = running.logTail();
    this.#context.onDeath(
      this,
      new PlatformError(this.#describeFailure(this.part.name, running.ended.reason, tail)),
    );
  }

  async #recover(error: PlatformError, signal: AbortSignal): Promise<void> {
    let reason = error.message;
    for (;;) {
      await this.#endProcess(); // what the dead process has left in its group may still hold its port
      signal.throwIfAborted();
      const delayMs = this.#policy.nextDelayMs();
      if (delayMs === null) return this.#giveUp(reason);
      this.#state = "backing off";
      this.#context.log(`${reason}\n${this.part.name} is started again in ${delayMs} ms.`);
      await this.#context.sleep(delayMs, signal);
      try {
        await this.#start(signal);
      } catch (failure) {
        signal.throwIfAborted();
        reason = failure instanceof Error ? failure.message : String(failure);
        continue;
      }
      this.#restarts += 1;
      this.#context.log(`${this.part.name} is ready again.`);
      return;
    }
  }

  #giveUp(reason: string): void {
    this.#state = "failed";
    this.#context.log(
      `${reason}\n${this.part.name} was started again ${MAX_RESTARTS} times within ${RESTART_WINDOW_MS / 1000} s: ` +
        "it is left as it is. The other parts go on.",
    );
  }

  async #endProcess(): Promise<void> {
    await this.#process?.stop(this.#context.hurry);
    this.#process = null;
  }
}
