/** What a run prints: one line a step, with the time that it took. */
export interface Report {
  heading(title: string): void;
  /** Runs one step and prints how it went; `outcome` says in a few words what came of it. */
  step<T>(title: string, run: () => Promise<T>, outcome?: (result: T) => string): Promise<T>;
  /** A line below the last step. */
  detail(text: string): void;
}

/** @param now a monotonic time in ms */
export function createReport(print: (line: string) => void, now: () => number): Report {
  return {
    heading: (title) => print(`\n${title}`),
    async step(title, run, outcome) {
      const startedAt = now();
      const line = (mark: string, text: string) =>
        print(`  ${mark} ${`${Math.round(now() - startedAt)} ms`.padStart(9)}  ${text}`);
      try {
        const result = await run();
        line("ok    ", outcome ? `${title}: ${outcome(result)}` : title);
        return result;
      } catch (error) {
        line("FAILED", title);
        throw error;
      }
    },
    detail: (text) => print(`                      ${text}`),
  };
}
