import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { instrument, type Statement } from "./instrument.ts";
import { addLines, type LinesHit } from "./lines.ts";
import { measuredPath, ROOT } from "./measured.ts";

/** What Node.js writes into the folder that NODE_V8_COVERAGE names, when a process or a thread of it ends. */
export interface V8Coverage {
  result: V8Script[];
}

export interface V8Script {
  url: string;
  functions: V8Function[];
}

/** Its own range, and blocks in it that ran more or less often. The first function of a script is all of it. */
export interface V8Function {
  ranges: V8Range[];
}

/** How often the text from `startOffset` up to `endOffset` ran, but for ranges within it. */
export interface V8Range {
  startOffset: number;
  endOffset: number;
  count: number;
}

/** The lines that a process of Node.js ran. It has to run sources as they are: Node.js blanks out types. */
export function linesOfV8({ result }: V8Coverage, root = ROOT): LinesHit {
  const hit: LinesHit = new Map();
  for (const { url, functions } of result) {
    const path = pathOf(url, functions, root);
    if (path === undefined) continue;
    const { statements } = instrument(readFileSync(join(root, path), "utf8"), path);
    addLines(hit, new Map([[path, linesRan(statements, functions)]]));
  }
  return hit;
}

/**
 * The lines of the statements that ran: each ran as often as the innermost range around its beginning.
 * @param functions the first one is the whole text
 */
export function linesRan(statements: readonly Statement[], functions: readonly V8Function[]): Set<number> {
  const outerFirst = functions
    .flatMap(({ ranges }, index) => (index === 0 ? ranges : withoutItsFirstCharacter(ranges)))
    .sort((one, other) => one.startOffset - other.startOffset || other.endOffset - one.endOffset);
  const ran = new Set<number>();
  const around: V8Range[] = [];
  let next = 0;
  for (const { line, offset } of statements.toSorted((one, other) => one.offset - other.offset)) {
    for (; next < outerFirst.length && outerFirst[next]!.startOffset <= offset; next++) {
      dropEnded(around, outerFirst[next]!.startOffset);
      around.push(outerFirst[next]!);
    }
    dropEnded(around, offset);
    if ((around.at(-1)?.count ?? 0) > 0) ran.add(line);
  }
  return ran;
}

/** `const f = () => 1` runs the statement that makes the function, in the place where the function begins. */
function withoutItsFirstCharacter([whole, ...blocks]: readonly V8Range[]): V8Range[] {
  return whole ? [{ ...whole, startOffset: whole.startOffset + 1 }, ...blocks] : [];
}

function dropEnded(around: V8Range[], offset: number): void {
  while (around.length > 0 && around.at(-1)!.endOffset <= offset) around.pop();
}

/** A launcher's tests run copies of it, in a folder of their own. */
const COPY = /\/(local\/cli\/[^/]+\.mjs)$/;

/** Node.js ends a source whose types it has blanked out with the script's address, after these characters. */
const BEFORE_ADDRESS = "\n\n//# sourceURL=".length;

/** The file of ours that a script is, or is a copy of. What a tool has made of a file has other positions. */
function pathOf(url: string, functions: readonly V8Function[], root: string): string | undefined {
  if (!url.startsWith("file:")) return undefined;
  const file = fileURLToPath(url);
  const path = measuredPath(file, root) ?? COPY.exec(file)?.[1];
  if (path === undefined || !existsSync(join(root, path))) return undefined;
  const { length } = readFileSync(join(root, path), "utf8");
  const end = functions[0]?.ranges[0]?.endOffset;
  return end === length || end === length + BEFORE_ADDRESS + url.length ? path : undefined;
}
