import { stripTypeScriptTypes } from "node:module";
import { createInstrumenter } from "istanbul-lib-instrument";

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

const instrumenter = createInstrumenter({
  esModules: true,
  compact: false,
  // workerd makes no functions from text.
  coverageGlobalScope: "globalThis",
  coverageGlobalScopeFunc: false,
  // A stack trace from instrumented code still names the right line.
  generatorOpts: { retainLines: true },
});

const known = new Map<string, { source: string; instrumented: Instrumented }>();

/**
 * Puts counters into a file. Types are replaced by blanks, so that every position in the result is one of the
 * source.
 * @param path how the file is called in the counters, relative to the checkout
 */
export function instrument(source: string, path: string): Instrumented {
  const before = known.get(path);
  if (before?.source === source) return before.instrumented;
  const script = path.endsWith(".mjs") ? source : stripTypeScriptTypes(source);
  const code = instrumenter.instrumentSync(script, path);
  const lineOffsets = offsetsOfLines(script);
  const statements = Object.values(instrumenter.lastFileCoverage().statementMap).map(({ start }) => ({
    line: start.line,
    offset: lineOffsets[start.line - 1]! + start.column,
  }));
  const instrumented = { code, statements };
  known.set(path, { source, instrumented });
  return instrumented;
}

function offsetsOfLines(text: string): number[] {
  const offsets = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) offsets.push(at + 1);
  return offsets;
}
