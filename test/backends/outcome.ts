/** What a stage came to. */
export interface Outcome {
  passed: number;
  failed: number;
  /** What was left out, and why: never counted as passed. */
  notRun: NotRun[];
}

export interface NotRun {
  what: string;
  why: string;
}

/** A stage of the run by its name, with what it came to and how long it took, ms. */
export interface Done extends Outcome {
  stage: string;
  ms: number;
}

export interface Report {
  versions: readonly [server: string, version: string][];
  done: readonly Done[];
  /** What there was no server for. */
  without: readonly NotRun[];
}

/** The run as text: each stage, then what was not run, grouped by why. */
export function render({ versions, done, without }: Report): string {
  const width = Math.max(0, ...done.map(({ stage }) => stage.length));
  const lines = done.map(({ stage, passed, failed, notRun, ms }) => {
    const counts = `${passed} passed, ${failed} failed, ${notRun.length} not run`;
    return `  ${stage.padEnd(width)}  ${counts}  (${Math.round(ms / 1000)} s)`;
  });
  const reasons = Map.groupBy(
    done.flatMap(({ stage, notRun }) => notRun.map((one) => ({ ...one, stage }))),
    ({ stage, why }) => `${stage}: ${why}`,
  );
  const omitted = [...reasons].flatMap(([reason, all]) => [
    `  ${reason}`,
    ...all.map(({ what }) => `    - ${what}`),
  ]);
  omitted.push(...without.map(({ what, why }) => `  ${what}: ${why}`));
  return [
    "",
    "Servers",
    ...versions.map(([server, version]) => `  ${server} ${version}`),
    "",
    "Stages",
    ...lines,
    ...(omitted.length > 0 ? ["", "Not run", ...omitted] : []),
    "",
  ].join("\n");
}

/** A run counts as nothing when nothing passed in one of its stages. */
export function total(done: readonly Done[]): { passed: number; failed: number } {
  const sum = (of: (one: Done) => number) => done.reduce((all, one) => all + of(one), 0);
  const empty = done.filter(({ passed, failed }) => passed + failed === 0).length;
  return { passed: sum(({ passed }) => passed), failed: sum(({ failed }) => failed) + empty };
}
