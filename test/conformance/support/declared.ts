import ts from "typescript";

/** Reads from its source what a conformance file declares; nothing is run. */

export interface DeclaredCases {
  conforming: number;
  refusing: number;
  /** What breaks the suite's rules, as `<line>: <what>`. */
  faults: string[];
}

const RUNNERS = new Set(["it", "test"]);

export function declaredCases(source: string): DeclaredCases {
  const file = ts.createSourceFile("suite.ts", source, ts.ScriptTarget.Latest, true);
  const found: DeclaredCases = { conforming: 0, refusing: 0, faults: [] };
  const fault = (node: ts.Node, what: string) => {
    const { line } = file.getLineAndCharacterOfPosition(node.getStart());
    found.faults.push(`${line + 1}: ${what}`);
  };
  const constants = textConstants(file);
  const visit = (node: ts.Node): void => {
    if (ts.isImportSpecifier(node) && RUNNERS.has((node.propertyName ?? node.name).text)) {
      fault(node, "a case is declared by conforms or refuses, which take its citation");
    }
    if (ts.isCallExpression(node)) {
      const call = caseOf(node);
      if (call) {
        found[call.kind] += call.count;
        const [page] = node.arguments;
        const cited =
          page && (textOf(page) ?? (ts.isIdentifier(page) ? constants.get(page.text) : undefined));
        if (!cited?.startsWith("https://")) fault(node, "cites no page");
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** The case, or table of cases, that a call declares. */
function caseOf(call: ts.CallExpression): { kind: "conforming" | "refusing"; count: number } | null {
  const { expression } = call;
  const isTable = ts.isPropertyAccessExpression(expression) && expression.name.text === "each";
  const callee = isTable ? expression.expression : expression;
  if (!ts.isIdentifier(callee)) return null;
  const kind = { conforms: "conforming", refuses: "refusing" }[callee.text] as "conforming" | "refusing";
  if (!kind) return null;
  const [, rows] = call.arguments;
  // `[…] as const` is a literal too.
  const literal = rows && ts.isAsExpression(rows) ? rows.expression : rows;
  const isCounted = isTable && literal !== undefined && ts.isArrayLiteralExpression(literal);
  return { kind, count: isCounted ? literal.elements.length : 1 };
}

const textOf = (node: ts.Node): string | undefined =>
  ts.isStringLiteralLike(node) ? node.text : ts.isTemplateExpression(node) ? node.head.text : undefined;

/** The file's own constants that hold a text. */
function textConstants(file: ts.SourceFile): Map<string, string> {
  const constants = new Map<string, string>();
  for (const statement of file.statements) {
    if (!ts.isVariableStatement(statement)) continue;
    for (const { name, initializer } of statement.declarationList.declarations) {
      const text = initializer && textOf(initializer);
      if (ts.isIdentifier(name) && text !== undefined) constants.set(name.text, text);
    }
  }
  return constants;
}
