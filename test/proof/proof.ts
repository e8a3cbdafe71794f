import type { Matrix } from "./cells.ts";

/** A test that passed. */
export interface Passed {
  file: string;
  /** Its full name, tags and all. */
  name: string;
}

/** By cell, such as `route GET /api/events: works`: the tests that show it. */
export type Proof = Map<string, Passed[]>;

/** What a test's name says that it shows: `refuses it [route GET /x: bad input]`. */
const TAG = /\[((?:route|booking|payment|seats) [^\]:]+: [^\]]+)\]/g;

/** Which tests show what. Files and names in order, so that the same tests give the same page. */
export function proofOf(tests: readonly Passed[]): Proof {
  const proof: Proof = new Map();
  const inOrder = [...tests].sort((a, b) => compare(a.file, b.file) || compare(a.name, b.name));
  for (const test of inOrder) {
    for (const [, cell] of test.name.matchAll(TAG)) proof.set(cell!, [...(proof.get(cell!) ?? []), test]);
  }
  return proof;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const cellsOf = ({ name, rows }: Matrix): string[] =>
  rows.flatMap((row) => row.asks.map((ask) => `${name} ${row.name}: ${ask}`));

/** The cells that no test shows, and the tags that name no cell, in sentences. */
export function faultsOf(matrices: readonly Matrix[], proof: Proof): string[] {
  const cells = new Set(matrices.flatMap(cellsOf));
  const empty = [...cells].filter((cell) => !proof.has(cell)).map((cell) => `no test shows [${cell}]`);
  const strange = [...proof].filter(([cell]) => !cells.has(cell));
  return [...empty, ...strange.map(([cell, [test]]) => `[${cell}] in ${test!.file} names nothing that is`)];
}

/** The page `docs/proof.md`: a table for each matrix, with the number of a test in each cell, and the tests. */
export function proofPage(matrices: readonly Matrix[], proof: Proof): string {
  const numbers = new Map<string, number>();
  const numberOf = ({ file, name }: Passed): number => {
    const line = `\`${file}\` ${name.replace(TAG, "").replaceAll(/\s+/g, " ").replaceAll("|", "\\|").trim()}`;
    if (!numbers.has(line)) numbers.set(line, numbers.size + 1);
    return numbers.get(line)!;
  };
  const tables = matrices.map(({ name, title, columns, rows }) => {
    const lines = rows.map((row) => {
      const shown = columns.map((column) => {
        if (!row.asks.includes(column)) return "–";
        const [test] = proof.get(`${name} ${row.name}: ${column}`) ?? [];
        return test ? String(numberOf(test)) : "**nothing**";
      });
      return `| \`${row.name}\` | ${shown.join(" | ")} |`;
    });
    const head = `| | ${columns.join(" | ")} |\n| --- |${" --- |".repeat(columns.length)}`;
    return `## ${title}\n\n${head}\n${lines.join("\n")}\n`;
  });
  const list = [...numbers].map(([line, number]) => `${number}. ${line}`).join("\n");
  return `# Proof

Which test shows what. Written by \`npm test\` from the tests that passed; an empty cell fails it. A dash means that
there is nothing to show: a public route needs no token. A test says what it shows by a tag in its name.

${tables.join("\n")}
## The tests

${list}
`;
}
