import { Unavailable } from "#shared/errors/problem.ts";
import type { Chance } from "./chance.ts";
import type { History } from "./history.ts";
import type { Process } from "./process.ts";
import { VirtualTimers } from "./timers.ts";

/** What becomes of one call of a process to something outside of it. */
export type CallFate =
  | "answered"
  /** It failed before it had any effect. */
  | "failed-before"
  /** It had its effect, and the answer was lost. */
  | "failed-after"
  /** The caller died, before its call had any effect or after. */
  | "crashed-before"
  | "crashed-after";

/** What decides the fates of calls. */
export interface Fates {
  of(call: Call): CallFate;
  /** Whether an answer is under way for a while, so that others get in between. */
  isAnswerSlow(): boolean;
}

/** Where a call goes: its effect takes place there in one moment. */
export interface Call {
  process: Process;
  /** `kafka`, `stripe`, ... */
  port: string;
  /** What is asked of it, for the history. */
  what: () => string;
}

/** Something that can happen next. */
export interface Happening {
  /** By whose speed it is chosen. */
  process: Process;
  happen(): void;
}

/** The time at which every run begins, epoch ms. */
export const BEGINNING = Date.UTC(2026, 10, 25, 12);

/** Taken before a run puts its own timers in place. */
const realSetImmediate = setImmediate;

/**
 * What the simulated processes run on: their calls to the outside wait here until the run lets one of them happen, and
 * time moves when the run says so. Everything between two calls is one step that nothing can get into.
 */
export class Kernel {
  now = BEGINNING;
  readonly chance: Chance;
  readonly history: History;
  readonly timers = new VirtualTimers(() => this.now);
  fates: Fates;
  /** Calls and answers that may happen next, in the order in which they came. */
  readonly waiting: Happening[] = [];
  /** The ports that something was asked of since this was last cleared. */
  readonly touched = new Set<string>();
  /** How often something was asked of each port: what follows from its state alone need not be looked up again. */
  readonly versions = new Map<string, number>();

  constructor(chance: Chance, history: History, fates: Fates) {
    this.chance = chance;
    this.history = history;
    this.fates = fates;
  }

  readonly clock = (): number => this.now;

  /**
   * A call from inside a process. Settles once the run has let it happen and its answer arrive; never, when the
   * process has died meanwhile. The effect takes place when it is chosen, and may itself wait for other calls.
   */
  call<T>({ process, port, what }: Call, effect: () => T | Promise<T>): Promise<T> {
    const { life } = process;
    if (life.isDead) return new Promise<T>(() => {});
    return new Promise<T>((resolve, reject) => {
      const answer = (settle: () => void) => {
        const deliver = () => {
          if (!life.isDead) settle();
        };
        if (!this.fates.isAnswerSlow()) return deliver();
        this.#enqueue({ process, happen: deliver });
      };
      const happen = () => {
        arrived();
        const fate = life.isDead ? "crashed-after" : this.fates.of({ process, port, what });
        this.history.note(
          () => `${process.name}: ${port} ${what()}${fate === "answered" ? "" : ` [${fate}]`}`,
        );
        if (fate === "crashed-before") return process.crash();
        if (fate === "failed-before") return answer(() => reject(new Unavailable(port, `${port} failed`)));
        this.touch(port);
        const acted = attempt(effect);
        if (fate === "crashed-after") {
          acted.catch(() => {});
          if (!life.isDead) process.crash();
          return;
        }
        acted.then(
          (value) =>
            answer(
              fate === "failed-after"
                ? () => reject(new Unavailable(port, `an answer of ${port} was lost`))
                : () => resolve(value),
            ),
          (error) => answer(() => reject(error)),
        );
      };
      this.#enqueue({ process, happen });
      // What a dying process has sent may still arrive, or not.
      const arrived = life.whenDead(() => this.#atDeath(happen));
    });
  }

  /** Notes that what is behind a port may have changed. */
  touch(port: string): void {
    this.touched.add(port);
    this.versions.set(port, (this.versions.get(port) ?? 0) + 1);
  }

  /** A look-up that is made again only once its port was touched. */
  cached<T>(port: string, look: () => T): () => T {
    let known: { version: number; value: T } | null = null;
    return () => {
      const version = this.versions.get(port) ?? 0;
      if (known?.version !== version) known = { version, value: look() };
      return known.value;
    };
  }

  /** Lets one of those that wait happen. */
  happen(index: number): void {
    this.waiting.splice(index, 1)[0]!.happen();
  }

  #enqueue(happening: Happening): void {
    this.waiting.push(happening);
  }

  #atDeath(happen: () => void): void {
    const index = this.waiting.findIndex((each) => each.happen === happen);
    if (index < 0) return;
    if (this.chance.schedule() < 0.5) this.waiting.splice(index, 1);
  }

  /** Lets everything run that needs nothing but the processor. */
  settle(): Promise<void> {
    return new Promise((resolve) => realSetImmediate(resolve));
  }
}

async function attempt<T>(effect: () => T | Promise<T>): Promise<T> {
  return effect();
}
