import type { Measure } from "./types.ts";

/** Those that a person asked for by bar ("1", or "1a" for a part) or by name. @throws Error for what nothing answers to */
export function chosen(measures: readonly Measure[], only: readonly string[]): Measure[] {
  if (only.length === 0) return [...measures];
  const answers = (measure: Measure, wanted: string) =>
    measure.name === wanted || measure.bars.some(({ id }) => isOf(id, wanted));
  for (const wanted of only) {
    if (!measures.some((measure) => answers(measure, wanted))) {
      const names = measures.map(({ name }) => name).join(", ");
      throw new Error(`nothing measures "${wanted}"; there are bars by their numbers, and: ${names}`);
    }
  }
  return measures.filter((measure) => only.some((wanted) => answers(measure, wanted)));
}

/** "1a" is a part of "1"; "10" is not. */
const isOf = (id: string, wanted: string): boolean => id === wanted || id.replace(/[a-z]+$/, "") === wanted;
