/** What was measured, repetition by repetition. */
export type Samples = readonly number[];

/** Between the two nearest ranks, as spreadsheets have it. @throws Error when there is none */
export function quantile(samples: Samples, share: number): number {
  if (samples.length === 0) throw new Error("nothing was measured");
  const sorted = [...samples].sort((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(at)]!, sorted[Math.ceil(at)]!];
  return below + (above - below) * (at - Math.floor(at));
}

export const median = (samples: Samples): number => quantile(samples, 0.5);

/** Of each repetition: what was measured within a minute of one another is compared, whatever the machine did later. */
export function ratios(ours: Samples, theirs: Samples): number[] {
  if (ours.length !== theirs.length) throw new Error(`${ours.length} and ${theirs.length} repetitions`);
  return ours.map((value, repetition) => value / theirs[repetition]!);
}

/**
 * Runs every contender once a repetition, each repetition beginning with the next one: what slows the machine slows all
 * alike, and none has always the same before it.
 */
export async function interleaved<K extends string, T>(
  contenders: readonly K[],
  repetitions: number,
  run: (contender: K, repetition: number) => Promise<T>,
): Promise<Record<K, T[]>> {
  const found = Object.fromEntries(contenders.map((name) => [name, [] as T[]])) as Record<K, T[]>;
  for (let repetition = 0; repetition < repetitions; repetition++) {
    const from = repetition % contenders.length;
    for (const name of [...contenders.slice(from), ...contenders.slice(0, from)]) {
      found[name].push(await run(name, repetition));
    }
  }
  return found;
}
