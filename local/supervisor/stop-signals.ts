/** What the terminal, a person, or the closing of the terminal sends. */
const STOP_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
type StopSignal = (typeof STOP_SIGNALS)[number];
const NUMBERS: Record<StopSignal, number> = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 };

/**
 * One Ctrl-C arrives twice: from the terminal, and from npm, which passes it on. A person who presses it a second
 * time takes longer than this.
 */
const SAME_PRESS_MS = 500;

/** Why something was given up: somebody asked this process to stop. */
export class Interrupted extends Error {
  /** What a shell expects of a process that a signal has ended. */
  readonly exitCode: number;

  constructor(signal: StopSignal) {
    super(`stopped by ${signal}`);
    this.exitCode = 128 + NUMBERS[signal];
  }
}

/**
 * Takes over the signals that end a process: the first aborts `interrupt`, a second one `hurry`, both with an
 * Interrupted as the reason.
 */
export function listenForStop(): { interrupt: AbortSignal; hurry: AbortSignal } {
  const interrupt = new AbortController();
  const hurry = new AbortController();
  let firstAt = 0;
  for (const name of STOP_SIGNALS) {
    process.on(name, () => {
      const now = performance.now();
      if (!interrupt.signal.aborted) {
        firstAt = now;
        interrupt.abort(new Interrupted(name));
      } else if (now - firstAt > SAME_PRESS_MS) {
        hurry.abort(new Interrupted(name));
      }
    });
  }
  return { interrupt: interrupt.signal, hurry: hurry.signal };
}
