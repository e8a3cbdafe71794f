/** A line of the table, as `--json` prints it. */
export interface Bar {
  /** The number of the bar in docs/benchmarks.md, with a letter where it has parts: "1a". */
  id: string;
  name: string;
  /** What was asked for, as text: ">= 2.5x". */
  bar: string;
  /** What was measured; null where it was skipped. */
  value: string | number | null;
  /** False where it was skipped. */
  met: boolean;
  /** The spread, the parts of a ratio, or why it was skipped. */
  detail?: string;
}

export interface BenchOptions {
  repetitions: number;
  /** Few requests, to try the bench itself: its numbers are no measurement. */
  quick: boolean;
  /** A line for the person who waits; never on standard output. */
  log(line: string): void;
  /** A line that belongs to the run's record too: versions, sizes that were found best. */
  note(fact: string): void;
  /** What makes the run worth nothing, though there is something to show: its exit code is 1 then. */
  fail(what: string): void;
}

/** Something that the bench measures, for one bar or several. */
export interface Measure {
  name: string;
  /** Whether it is on the rig of the lock's contenders, which ends with the last such measure. */
  onRig?: true;
  /** The bars that it answers, each with its name and what is asked; all of them are skipped where it cannot run. */
  bars: readonly Pick<Bar, "id" | "name" | "bar">[];
  /**
   * @returns those bars, with what was found
   * @throws Violation where an answer was wrong or lacking; Skipped where something is not there that it needs
   */
  run(options: BenchOptions): Promise<Bar[]>;
}
