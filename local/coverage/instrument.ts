import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire, stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import type * as Istanbul from "istanbul-lib-instrument";
import type { Instrumenter } from "istanbul-lib-instrument";
import { ROOT } from "./measured.ts";

const require = createRequire(import.meta.url);

/** A statement of a file: the line that it begins in, from 1, and its offset in the text, from 0. */
export interface Statement {
  line: number;
  offset: number;
}

/** A file with counters in it. */
export interface Instrumented {
  /** JavaScript that counts its statements in `globalThis.__coverage__[path]`; lines stay where they were. */
  code: string;
  statements: Statement[];
}

/** A stack trace from instrumented code still names the right line; workerd makes no functions from text. */
const OPTIONS = {
  esModules: true,
  compact: false,
  coverageGlobalScope: "globalThis",
  coverageGlobalScopeFunc: false,
  generatorOpts: { retainLines: true },
};

const known = new Map<string, { source: string; instrumented: Instrumented }>();
let instrumenter: Instrumenter | undefined;

/**
 * Puts counters into a file. Types are replaced by blanks, so that every position in the result is one of the
 * source.
 * @param path how the file is called in the counters, relative to the checkout
 */
export function instrument(source: string, path: string): Instrumented {
  const before = known.get(path);
  if (before?.source === source) return before.instrumented;
  const instrumented = shared(source, path, () => parsed(source, path));
  known.set(path, { source, instrumented });
  return instrumented;
}

/**
 * Where files are kept as they were parsed: several processes of a run put the same Workers together, and the next run finds
 * most files as they were. One entry a file, written over when it changes; `npm ci` takes all of them away.
 */
const KEPT = join(ROOT, "node_modules", ".cache", "ticketflow", "instrumented");

/** What decides the result besides the source: the parsers, and what is asked of them. */
const TOOLS = JSON.stringify([
  process.version,
  (require("istanbul-lib-instrument/package.json") as { version: string }).version,
  readFileSync(import.meta.filename, "utf8"),
]);

/** While lines are counted, and only then, each version of a file is parsed once. */
function shared(source: string, path: string, make: () => Instrumented): Instrumented {
  if (!process.env.NODE_V8_COVERAGE) return make();
  const hash = (text: string) => createHash("sha256").update(text).digest("hex");
  const file = join(KEPT, hash(path));
  const version = hash(`${TOOLS}\0${path}\0${source}`);
  const kept = read(file);
  if (kept?.version === version) return kept.instrumented;
  const instrumented = make();
  mkdirSync(KEPT, { recursive: true });
  // Whole or not at all: others read it meanwhile.
  writeFileSync(`${file}.${process.pid}`, JSON.stringify({ version, instrumented }));
  renameSync(`${file}.${process.pid}`, file);
  return instrumented;
}

function read(file: string): { version: string; instrumented: Instrumented } | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

function parsed(source: string, path: string): Instrumented {
  // Loaded only where it is needed: Babel behind it is large.
  instrumenter ??= (require("istanbul-lib-instrument") as typeof Istanbul).createInstrumenter(OPTIONS);
  const script = path.endsWith(".mjs") ? source : stripTypeScriptTypes(source);
  const code = instrumenter.instrumentSync(script, path);
  const lineOffsets = offsetsOfLines(script);
  const statements = Object.values(instrumenter.lastFileCoverage().statementMap).map(({ start }) => ({
    line: start.line,
    offset: lineOffsets[start.line - 1]! + start.column,
  }));
  return { code, statements };
}

function offsetsOfLines(text: string): number[] {
  const offsets = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) offsets.push(at + 1);
  return offsets;
}
