/** Lines that ran, by file: the path relative to the checkout, and line numbers from 1. */
export type LinesHit = Map<string, Set<number>>;

/** What instrumented code leaves in `globalThis.__coverage__`, as far as it matters for lines. */
export type Counters = Record<
  string,
  { s: Record<string, number>; statementMap: Record<string, { start: { line: number } }> }
>;

/** The lines of which a statement ran. */
export function linesOfCounters(counters: Counters): LinesHit {
  const hit: LinesHit = new Map();
  for (const [path, { s, statementMap }] of Object.entries(counters)) {
    const ran = Object.entries(statementMap).filter(([id]) => s[id]! > 0);
    hit.set(path, new Set(ran.map(([, { start }]) => start.line)));
  }
  return hit;
}

/** Lines that were written to a file. */
export function linesOfLists(lists: Record<string, number[]>): LinesHit {
  return new Map(Object.entries(lists).map(([path, lines]) => [path, new Set(lines)]));
}

/** Adds what one process ran to what others ran. */
export function addLines(to: LinesHit, more: LinesHit): void {
  for (const [path, lines] of more) to.set(path, new Set([...(to.get(path) ?? []), ...lines]));
}
