import { table } from "#local/docs/markdown.ts";
import type { Bar } from "./types.ts";

/** What `--json` prints. */
export function asJson(bars: readonly Bar[]): string {
  return JSON.stringify({ bars });
}

/** The table that a person reads, and below it what lies behind each line. */
export function asTable(bars: readonly Bar[]): string {
  const rows = bars.map(({ id, name, bar, value, met }) => {
    return [id, name, bar, value === null ? "-" : String(value), met ? "met" : "NOT MET"];
  });
  const details = bars.flatMap(({ id, detail }) => (detail ? [`${id}: ${detail}`] : []));
  return [table(["#", "Measure", "Bar", "Measured", "Verdict"], rows), "", ...details].join("\n");
}
