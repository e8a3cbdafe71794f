import type { Kernel } from "../kernel/kernel.ts";
import { Process } from "../kernel/process.ts";

/** How often a service looks for what is left over. */
const EVERY_MS = 5_000;

/** A service's sweeper object: its alarm comes again and again, whatever becomes of a sweep. */
export class Sweeper {
  readonly process: Process;
  readonly #kernel: Kernel;
  readonly #sweep: () => Promise<void>;
  readonly #neededAt: () => number | null;
  #lastAt = Number.NEGATIVE_INFINITY;
  #isSweeping = false;

  /**
   * @param sweep one sweep, in the process that it is given
   * @param neededAt when there is something for it, as its database has it; null for nothing. Idle sweeps are left out:
   *   they would change nothing but the length of the run.
   */
  constructor(
    name: string,
    kernel: Kernel,
    sweep: (process: Process) => Promise<void>,
    neededAt: () => number | null,
  ) {
    this.process = new Process(`${name}-sweeper`);
    this.#kernel = kernel;
    this.#sweep = () => sweep(this.process);
    this.#neededAt = neededAt;
  }

  get readyAt(): number | null {
    if (this.#isSweeping) return null;
    const neededAt = this.#neededAt();
    return neededAt === null ? null : Math.max(neededAt, this.#lastAt + EVERY_MS);
  }

  sweep(): void {
    this.#isSweeping = true;
    this.#lastAt = this.#kernel.now;
    this.process
      .run(() => this.#sweep())
      .catch((error: unknown) => this.#kernel.history.note(() => `${this.process.name}: ${String(error)}`))
      .finally(() => {
        this.#isSweeping = false;
      });
  }
}
