import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { placeTable } from "../chaos/page.ts";
import { asTable } from "./present.ts";
import type { Bar } from "./types.ts";

const PAGE = join(import.meta.dirname, "../../docs/benchmarks.md");

/** What is written down of a run beside its bars. */
export interface RunFacts {
  machine: readonly string[];
  /** Of what was measured, and what was found of it before: versions, pools. */
  facts: readonly string[];
  seconds: number;
  failures: readonly string[];
}

/** Puts a run into its place of docs/benchmarks.md; what people have written around it stays. */
export function writePage(bars: readonly Bar[], run: RunFacts): void {
  writeFileSync(PAGE, placeTable(readFileSync(PAGE, "utf8"), pageText(bars, run), "bench"));
}

export function pageText(bars: readonly Bar[], { machine, facts, seconds, failures }: RunFacts): string {
  const [table = "", details = ""] = asTable(bars).split("\n\n");
  const lines = [...machine, ...facts, `The run took ${(seconds / 60).toFixed(1)} minutes`];
  const broken = failures.map((failure) => `- **Failed**: ${failure}`);
  const behind = details.split("\n").filter((line) => line !== "");
  return [
    table,
    "",
    ...lines.map((line) => `- ${line}`),
    ...broken,
    "",
    ...behind.map((line) => `- ${line}`),
  ].join("\n");
}
