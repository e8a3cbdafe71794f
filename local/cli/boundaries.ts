import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { cruise, type ICruiseOptions, type ICruiseResult, type IFlattenedRuleSet } from "dependency-cruiser";

/** The folders that the rules speak of. */
const FOLDERS = ["workers", "durable-objects", "shared", "local", "test"];
/** A cruiser that cannot read TypeScript reports no violation, because it reads nothing. */
const LEAST_READ_SHARE = 0.8;

export type Violation = { rule: string; from: string; to: string };
export type BoundaryReport = { violations: Violation[]; filesThere: number; filesRead: number };

/** Checks the import rules of `rulesFile` over the source tree in `root`. */
export async function checkBoundaries(root: string, rulesFile: string): Promise<BoundaryReport> {
  const there = FOLDERS.flatMap((folder) => typescriptFiles(root, folder));
  const { forbidden, options }: { forbidden: IFlattenedRuleSet["forbidden"]; options: ICruiseOptions } =
    createRequire(import.meta.url)(rulesFile);
  const { output } = await cruise(there, {
    ...options,
    ruleSet: { forbidden: forbidden ?? [] },
    validate: true,
    baseDir: root,
  });
  const { modules, summary } = output as ICruiseResult;
  const read = new Set(modules.filter((module) => !module.couldNotResolve).map((module) => module.source));
  return {
    violations: summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to })),
    filesThere: there.length,
    filesRead: there.filter((file) => read.has(file)).length,
  };
}

/** Whether so few files were read that "no violation" says nothing. */
export function readTooFew({ filesThere, filesRead }: BoundaryReport): boolean {
  return filesThere === 0 || filesRead < LEAST_READ_SHARE * filesThere;
}

function typescriptFiles(root: string, folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  const entries = readdirSync(join(root, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts") && !entry.name.endsWith(".d.ts"))
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(root.length + 1)
        .replaceAll("\\", "/"),
    )
    .filter((file) => !file.includes("node_modules/"));
}
