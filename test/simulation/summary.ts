import { CELLS, cellName, FAULTS, type Reached } from "./matrix.ts";

/** A seed that violated an invariant. */
export interface Failure {
  seed: number;
  violations: string[];
}

/** What some seeds came to: what one process of a simulation tells the one that started it. */
export interface Tally {
  runs: number;
  steps: number;
  failures: Failure[];
  reached: [string, number][];
}

/** The fault matrix, a line a consumed step: how often each fault befell it. */
export function matrixOf(reached: Reached): string {
  const steps = [...new Set(CELLS.map(({ service, topic }) => `${topic} -> ${service}`))];
  const width = Math.max(...steps.map((step) => step.length));
  const head = ["".padEnd(width), ...FAULTS.map((fault) => fault.padStart(15))].join(" ");
  const lines = steps.map((step) => {
    const cells = CELLS.filter(({ service, topic }) => `${topic} -> ${service}` === step);
    return [step.padEnd(width), ...cells.map((cell) => String(reached.of(cell)).padStart(15))].join(" ");
  });
  const empty = CELLS.filter((cell) => reached.of(cell) === 0).map(cellName);
  const last =
    empty.length === 0 ? "No cell is empty." : `${empty.length} cells are empty: ${empty.join(", ")}.`;
  return [head, ...lines, last].join("\n");
}
