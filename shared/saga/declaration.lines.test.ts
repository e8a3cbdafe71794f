import { basename, dirname, join, resolve } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";

const ROOT = resolve(import.meta.dirname, "../..");
const DECLARATION = join(ROOT, "shared/saga/declaration.ts");

/** What stands between the declaration and those who use it. */
const BETWEEN = ["envelope", "handlers", "wire"].map((name) => join(ROOT, `shared/saga/${name}.ts`));

/** Who misses a topic that the declaration itself does not name twice: those who read it. */
const READERS = [
  "workers/bookings/src/core/input.ts",
  "workers/bookings/src/handlers/on-event-updated.ts",
  "workers/bookings/src/handlers/on-event-cancelled.ts",
  "workers/inventory/src/handlers/on-event-created.ts",
  "workers/notifications/src/handlers/on-user-registered.ts",
].map((path) => join(ROOT, path));

const config = ts.getParsedCommandLineOfConfigFile(join(ROOT, "tsconfig.edge.json"), undefined, {
  ...ts.sys,
  onUnRecoverableConfigFileDiagnostic: (problem) => {
    throw new Error(ts.flattenDiagnosticMessageText(problem.messageText, "\n"));
  },
})!;

const source = ts.sys.readFile(DECLARATION)!;

interface Entry {
  name: string;
  /** Its lines, from 0. */
  first: number;
  last: number;
}

/** Each entry of the declaration's tables, and of the tables in them. */
function entries(): Entry[] {
  const tree = ts.createSourceFile(DECLARATION, source, ts.ScriptTarget.Latest, true);
  const found: Entry[] = [];
  const lineAt = (position: number) => tree.getLineAndCharacterOfPosition(position).line;
  const walk = (table: ts.Expression | undefined, path: string): void => {
    let inner = table;
    while (inner && (ts.isAsExpression(inner) || ts.isSatisfiesExpression(inner))) inner = inner.expression;
    if (!inner || !ts.isObjectLiteralExpression(inner)) return;
    for (const entry of inner.properties) {
      const name = `${path} ${entry.name?.getText(tree)}`;
      const [first, last] = [lineAt(entry.getStart(tree)), lineAt(entry.getEnd())];
      found.push({ name, first, last });
      if (last > first && ts.isPropertyAssignment(entry)) walk(entry.initializer, name);
    }
  };
  for (const statement of tree.statements.filter(ts.isVariableStatement)) {
    for (const { name, initializer } of statement.declarationList.declarations) {
      const table = name.getText(tree);
      if (["TOPICS", "BOOKING_MACHINE", "STATUS_OF", "WAITS_FOR"].includes(table)) walk(initializer, table);
    }
  }
  return found;
}

/** The declaration and its readers as they would be, under names of their own beside the real ones. */
interface Variant {
  declaration: string;
  readers: string[];
  texts: Map<string, string>;
}

function variantOf(label: string, declaration: string): Variant {
  const renamed = (file: string) => join(dirname(file), `${label}-${basename(file)}`);
  const pointed = (text: string) =>
    text.replaceAll(/\/(declaration|envelope|handlers|wire)\.ts"/g, `/${label}-$1.ts"`);
  const texts = new Map([[renamed(DECLARATION), declaration]]);
  for (const file of [...BETWEEN, ...READERS]) texts.set(renamed(file), pointed(ts.sys.readFile(file)!));
  return { declaration: renamed(DECLARATION), readers: READERS.map(renamed), texts };
}

/** All variants in one program: what they share is checked once. */
function programOf(variants: Variant[]): ts.Program {
  const overlay = new Map(variants.flatMap(({ texts }) => [...texts]));
  // None of these files needs the runtime's own types, and they are many.
  const options: ts.CompilerOptions = { ...config.options, types: [], incremental: false };
  delete options.tsBuildInfoFile;
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile } = host;
  host.fileExists = (file) => overlay.has(file) || fileExists(file);
  host.readFile = (file) => overlay.get(file) ?? readFile(file);
  return ts.createProgram([...overlay.keys()], options, host);
}

describe("the type check", () => {
  it("misses any line of the declaration, and any handler that a new line asks for", {
    timeout: 120_000,
  }, () => {
    for (const file of [DECLARATION, ...BETWEEN, ...READERS]) expect(config.fileNames).toContain(file);
    const whole = variantOf("whole", source);
    const all = entries();
    expect(all.length).toBeGreaterThan(100);
    const variants = all.map(({ first, last }, n) => {
      const left = source.split("\n").filter((_, line) => line < first || line > last);
      return variantOf(`variant-${n}`, left.join("\n"));
    });
    const consumed = source.replace(/("booking\.confirmed":.*consumers: \[)/, '$1"bookings", ');
    const unhandled = variantOf("unhandled", consumed);
    const program = programOf([whole, unhandled, ...variants]);
    const isWrong = (file: string) => program.getSemanticDiagnostics(program.getSourceFile(file)).length > 0;
    const isMissed = ({ declaration, readers }: Variant) => isWrong(declaration) || readers.some(isWrong);

    expect(isMissed(whole), "the declaration as it is").toBe(false);
    expect(consumed).not.toBe(source);
    expect(isWrong(unhandled.declaration)).toBe(false);
    expect(isMissed(unhandled), "a topic without its handler").toBe(true);
    expect(all.filter((_, n) => !isMissed(variants[n]!)).map(({ name }) => name)).toEqual([]);
  });
});
