import { globSync } from "node:fs";
import { relative, resolve, sep } from "node:path";

/** The checkout. */
export const ROOT = resolve(import.meta.dirname, "../..");

/** The folders whose lines are counted. */
export const FOLDERS = ["workers", "durable-objects", "shared", "local"] as const;

const SOURCE = /\.(ts|mts|mjs)$/;
/** Tests are what measures. Declarations of types hold no lines. Generated files are nobody's to test. */
const NOT_MEASURED = /\.test\.ts$|\.d\.m?ts$|\.generated\.|^shared\/client\/generated\//;

/** Whether lines of this file count; `path` is relative to the checkout, with slashes. */
export function isMeasured(path: string): boolean {
  return (
    FOLDERS.some((folder) => path.startsWith(`${folder}/`)) &&
    SOURCE.test(path) &&
    !NOT_MEASURED.test(path) &&
    !path.includes("/node_modules/")
  );
}

/** Every file whose lines count, imported by somebody or not, by its path relative to `root`, sorted. */
export function measuredFiles(root = ROOT): string[] {
  return FOLDERS.flatMap((folder) => globSync(`${folder}/**/*.*`, { cwd: root }))
    .map((path) => path.replaceAll(sep, "/"))
    .filter(isMeasured)
    .sort();
}

/** The path of a file relative to the checkout, if its lines count; undefined otherwise. */
export function measuredPath(file: string, root = ROOT): string | undefined {
  const path = relative(root, file).replaceAll(sep, "/");
  return isMeasured(path) ? path : undefined;
}
