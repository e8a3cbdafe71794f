import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type Clock, systemClock } from "#shared/clock.ts";
import { tryLock } from "../cli/pid-lock.mjs";
import { claimDataDir, LOCK, wipeDataDir } from "./data-dir.ts";
import { dependencyOrder } from "./dependency-order.ts";
import { stopLeftOvers, stopStragglers } from "./left-overs.ts";
import { type Part, type PartStatus, PlatformError } from "./part.ts";
import { assertPortsFree } from "./ports.ts";
import { RunState, removeRunRecord } from "./run-state.ts";
import { SupervisedPart } from "./supervised-part.ts";

export type PlatformOptions = {
  dataDir: string;
  clock?: Clock;
  log: (line: string) => void;
  /** Wipe the data folder first. */
  fresh?: boolean;
  /** The pause before a part that has died is started again. Rejects when `signal` is aborted. */
  sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** When aborted during the start, the start is given up: it rejects with the signal's reason. */
  interrupt?: AbortSignal;
  /** When aborted, stopping does not wait for anything to end in order. */
  hurry?: AbortSignal;
};

export type Platform = {
  /** What each part is doing now. */
  readonly parts: PartStatus[];
  /** Ends all parts, dependents first. Nothing is listening any more when it resolves. */
  stop(): Promise<void>;
  /** Stops one part in order and starts it anew; those that depend on it go on. */
  restart(name: string): Promise<void>;
  /** Sends a signal to all processes of one part; one that dies of it is started again like any other. */
  kill(name: string, signal: NodeJS.Signals): void;
};

const NEVER = new AbortController().signal;

/**
 * Starts the parts in the order of their dependencies and keeps them running. What a killed supervisor has left in
 * the same data folder is stopped first. Rejects with PlatformError, with everything stopped, when another
 * supervisor holds the folder, a port is taken, or a part does not start.
 */
export async function startPlatform(parts: readonly Part[], options: PlatformOptions): Promise<Platform> {
  const { dataDir, log, interrupt = NEVER, hurry = NEVER } = options;
  const ordered = dependencyOrder(parts);
  claimDataDir(dataDir);
  const { lock, holder } = tryLock(join(dataDir, LOCK), "supervisor");
  if (!lock) {
    const pid = holder.processes[0]?.pid;
    throw new PlatformError(
      `The supervisor with process id ${pid} is already running on ${dataDir} (since ${holder.since}). ` +
        `Stop it (Ctrl-C in its terminal, or: kill ${pid}), or set TICKETFLOW_DATA_DIR and TICKETFLOW_PORT_OFFSET for a second one.`,
    );
  }
  try {
    await stopLeftOvers(dataDir, log);
    if (options.fresh) wipeDataDir(dataDir);
    await assertPortsFree(ordered);
    interrupt.throwIfAborted();
  } catch (error) {
    lock.release();
    throw error;
  }

  const startUp = new AbortController();
  const starting = AbortSignal.any([interrupt, startUp.signal]);
  const closing = new AbortController();
  let phase: "starting" | "running" | "stopping" = "starting";
  const state = new RunState(dataDir, randomUUID());
  const context = {
    dataDir,
    state,
    clock: options.clock ?? systemClock,
    log,
    sleep: options.sleep ?? ((ms: number, signal: AbortSignal) => delay(ms, undefined, { signal })),
    hurry,
    onDeath: (part: SupervisedPart, error: PlatformError) => {
      if (phase === "starting") startUp.abort(error);
      else if (phase === "running") part.recover(error);
    },
  };
  const supervised = new Map(ordered.map((part) => [part.name, new SupervisedPart(part, context)]));
  const find = (name: string): SupervisedPart => {
    const part = supervised.get(name);
    if (!part) throw new PlatformError(`There is no part ${name}.`);
    return part;
  };

  // The last resort, for when this process ends by an error of its own: nothing may be left listening.
  const killAll = () => {
    for (const part of supervised.values()) part.signal("SIGKILL");
  };
  process.once("exit", killAll);

  const stopAll = async (): Promise<void> => {
    phase = "stopping";
    closing.abort(new PlatformError("The platform is being stopped."));
    const stopped = new Map<string, Promise<void>>();
    for (const { name } of ordered.toReversed()) {
      const dependents = ordered
        .filter((part) => part.dependsOn?.includes(name))
        .map((part) => stopped.get(part.name));
      stopped.set(
        name,
        Promise.allSettled(dependents).then(() => find(name).stop()),
      );
    }
    const outcomes = await Promise.allSettled(stopped.values());
    await stopStragglers(state.runId, hurry);
    const failure = outcomes.find((outcome) => outcome.status === "rejected");
    if (failure) throw failure.reason; // run.json stays, so that the next start tries again
    removeRunRecord(dataDir);
    process.off("exit", killAll);
    lock.release();
  };

  const started = new Map<string, Promise<void>>();
  for (const { name, dependsOn = [] } of ordered) {
    const dependencies = Promise.all(dependsOn.map((dependency) => started.get(dependency)));
    started.set(
      name,
      dependencies.then(() => find(name).start(starting)),
    );
  }
  try {
    await Promise.all([...started.values()].map((start) => start.catch((error) => startUp.abort(error))));
    starting.throwIfAborted();
  } catch (error) {
    await stopAll();
    throw error;
  }
  phase = "running";

  let stopping: Promise<void> | undefined;
  return {
    get parts() {
      return [...supervised.values()].map((part) => part.status());
    },
    stop: () => {
      stopping ??= stopAll();
      return stopping;
    },
    restart: (name) => find(name).restart(closing.signal),
    kill: (name, signal) => find(name).signal(signal),
  };
}
