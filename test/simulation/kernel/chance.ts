import { pick, type Random, seeded } from "../../support/random.ts";

/**
 * The random streams of one run, each drawn from its seed alone: what one of them decides does not shift the others,
 * so that a run with one fault less is still much the same run.
 */
export class Chance {
  /** What happens next. */
  readonly schedule: Random;
  /** Which faults there are. */
  readonly faults: Random;
  /** What buyers and organisers do. */
  readonly workload: Random;
  /** What the platform itself draws: jitter. */
  readonly jitter: Random;
  readonly ids: { nextUint32(): number };

  constructor(seed: number) {
    const stream = (number: number) => seeded(Math.imul(seed, 0x9e3779b1) + Math.imul(number, 0x85ebca6b));
    this.schedule = stream(1);
    this.faults = stream(2);
    this.workload = stream(3);
    this.jitter = stream(4);
    const ids = stream(5);
    this.ids = { nextUint32: () => Math.floor(ids() * 2 ** 32) };
  }
}

/** Whether something of this probability happens. */
export const happens = (random: Random, probability: number): boolean => random() < probability;

/** A whole number from `least` to `most`. */
export const between = (random: Random, least: number, most: number): number =>
  least + Math.floor(random() * (most - least + 1));

export { pick, type Random };
