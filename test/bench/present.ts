import { table } from "#local/docs/markdown.ts";
import type { Bar } from "./types.ts";

/** What `--json` prints. */
export function asJson(bars: readonly Bar[]): string {
  return JSON.stringify({ bars });
}

/** The table that a person reads. */
export function asTable(bars: readonly Bar[]): string {
  const rows = bars.map(({ id, name, bar, value, met, detail = "" }) => {
    return [id, name, bar, value === null ? "-" : String(value), met ? "met" : "NOT MET", detail];
  });
  return table(["#", "Measure", "Bar", "Measured", "", "Detail"], rows);
}
