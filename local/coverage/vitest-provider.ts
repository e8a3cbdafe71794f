import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { CoverageProvider, ResolvedCoverageOptions, Vitest } from "vitest/node";
import { instrument } from "./instrument.ts";
import { addLines, type Counters, type LinesHit, linesOfCounters } from "./lines.ts";
import { measuredPath } from "./measured.ts";

/**
 * Lets Vitest count the lines that run in processes of its own: it puts the same counters into what tests import as
 * into the Workers' bundles, and writes what they counted into the folder in which the other processes leave theirs.
 */
export class LineCoverage implements CoverageProvider {
  readonly name = "lines";
  readonly #hit: LinesHit = new Map();
  readonly #dir: string;
  #options: ResolvedCoverageOptions | undefined;

  constructor(dir: string) {
    this.#dir = dir;
  }

  initialize({ config }: Vitest): void {
    this.#options = config.coverage as ResolvedCoverageOptions;
  }

  resolveOptions(): ResolvedCoverageOptions {
    return this.#options!;
  }

  requiresTransform(id: string): boolean {
    return measuredPath(fileOf(id)) !== undefined;
  }

  /** What other transforms made of the file is dropped: only of the source are the positions known. */
  async onFileTransform(
    _code: string,
    id: string,
  ): Promise<{ code: string; map: { mappings: "" } } | undefined> {
    const path = measuredPath(fileOf(id));
    if (path === undefined) return undefined;
    const { code } = instrument(await readFile(fileOf(id), "utf8"), path);
    return { code, map: { mappings: "" } };
  }

  onAfterSuiteRun({ coverage }: { coverage?: unknown }): void {
    if (coverage) addLines(this.#hit, linesOfCounters(coverage as Counters));
  }

  async generateCoverage(): Promise<void> {
    const hit = Object.fromEntries([...this.#hit].map(([path, lines]) => [path, [...lines]]));
    await writeFile(join(this.#dir, `lines-${process.pid}.json`), JSON.stringify(hit));
  }

  // The report is made when every process has ended, which is later.
  reportCoverage(): void {}
  clean(): void {}
}

const fileOf = (id: string): string => id.replace(/\?.*$/s, "");
