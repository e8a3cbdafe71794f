/** What happened in a run, line by line; kept only where somebody will read it. */
export class History {
  readonly lines: string[] = [];
  readonly isKept: boolean;
  readonly #elapsedMs: () => number;
  /** How many things happened, kept or not. */
  length = 0;

  constructor(isKept: boolean, elapsedMs: () => number) {
    this.isKept = isKept;
    this.#elapsedMs = elapsedMs;
  }

  note(line: () => string): void {
    this.length += 1;
    if (this.isKept) this.lines.push(`${(this.#elapsedMs() / 1000).toFixed(3).padStart(9)} s  ${line()}`);
  }
}
