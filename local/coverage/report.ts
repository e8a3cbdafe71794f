import { FOLDERS } from "./measured.ts";

/** Of all lines together, in percent. */
export const BAR_PERCENT = 90;

/** The lines of a file that hold the beginning of a statement, and those of them that never ran, ascending. */
export interface FileLines {
  path: string;
  lines: number;
  missed: number[];
}

export interface Share {
  lines: number;
  covered: number;
  percent: number;
}

export interface Report {
  total: Share;
  /** By top folder. */
  folders: Record<string, Share>;
  files: FileLines[];
}

/** Adds up what is known of each file. */
export function reportOf(files: readonly FileLines[]): Report {
  const inFolder = (folder: string) => files.filter(({ path }) => path.startsWith(`${folder}/`));
  return {
    total: share(files),
    folders: Object.fromEntries(FOLDERS.map((folder) => [folder, share(inFolder(folder))])),
    files: [...files],
  };
}

function share(files: readonly FileLines[]): Share {
  const lines = files.reduce((sum, file) => sum + file.lines, 0);
  const covered = lines - files.reduce((sum, { missed }) => sum + missed.length, 0);
  return { lines, covered, percent: lines === 0 ? 100 : (covered / lines) * 100 };
}

/** Whether enough lines ran; not rounded, so that 89.99 % is not 90 %. */
export const passesBar = ({ total }: Report): boolean => total.percent >= BAR_PERCENT;

/** One line a folder and one for all. */
export function summary({ total, folders }: Report): string {
  const rows = [...Object.entries(folders), ["all", total] as const];
  return rows
    .map(([name, { covered, lines, percent }]) => {
      // Rounded down: what is printed has been reached.
      const shown = (Math.floor(percent * 10) / 10).toFixed(1);
      return `  ${name.padEnd(16)} ${shown.padStart(5)} %  ${String(covered).padStart(6)} of ${lines} lines`;
    })
    .join("\n");
}

/** What never ran, the files with most of it first: `<missed> of <lines>  <path>:<line>,<from>-<to>`. */
export function missedList({ files }: Report): string {
  return files
    .filter(({ missed }) => missed.length > 0)
    .toSorted((one, other) => other.missed.length - one.missed.length || one.path.localeCompare(other.path))
    .map(({ path, lines, missed }) => `${missed.length} of ${lines}  ${path}:${ranges(missed)}\n`)
    .join("");
}

/** 3, 4, 5, 9 as `3-5,9`. */
export function ranges(lines: readonly number[]): string {
  const runs: [from: number, to: number][] = [];
  for (const line of lines) {
    const last = runs.at(-1);
    if (last && line === last[1] + 1) last[1] = line;
    else runs.push([line, line]);
  }
  return runs.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(",");
}
