interface Timer {
  dueAt: number;
  callBack: () => void;
}

/**
 * Stands in for the runtime's timers while a run lasts, so that a time limit in production code passes when the run's
 * time does, and not the machine's.
 */
export class VirtualTimers {
  readonly #now: () => number;
  readonly #timers = new Map<number, Timer>();
  #nextId = 1;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Puts these timers in place of the runtime's. @returns how to take them away again */
  install(): () => void {
    const real = { setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout };
    Object.assign(globalThis, {
      setTimeout: (callBack: () => void, delayMs = 0) => this.#set(callBack, delayMs),
      clearTimeout: (id: number) => this.#timers.delete(id),
    });
    return () => Object.assign(globalThis, real);
  }

  #set(callBack: () => void, delayMs: number): number {
    const id = this.#nextId++;
    this.#timers.set(id, { dueAt: this.#now() + delayMs, callBack });
    return id;
  }

  get nextAt(): number | null {
    let next: number | null = null;
    for (const { dueAt } of this.#timers.values()) if (next === null || dueAt < next) next = dueAt;
    return next;
  }

  /** Calls back whatever is due. */
  fire(): void {
    for (const [id, { dueAt, callBack }] of [...this.#timers]) {
      if (dueAt > this.#now() || !this.#timers.delete(id)) continue;
      callBack();
    }
  }
}
