import { globSync } from "node:fs";
import { join } from "node:path";
import type { z } from "zod";
import { cell } from "./fields.ts";
import { table, withGenerated } from "./markdown.ts";

/** A variable of a Worker, as its schema says it. */
export interface Variable {
  name: string;
  /** "required", "optional", or the value that holds when it is absent. */
  fallback: string;
  description: string;
  /** A value, or a placeholder for one. */
  example: string;
}

/** The variables of each Worker, by its name. */
export type Variables = Record<string, Variable[]>;

/** Reads the schemas out of `workers/<name>/src/env.ts`. @param root the checkout */
export async function workersVariables(root: string): Promise<Variables> {
  const files = globSync("workers/*/src/env.ts", { cwd: root });
  const entries = files.map(async (file) => {
    const worker = file.split(/[\\/]/)[1]!;
    const module = (await import(join(root, file))) as Record<string, { schema?: z.ZodObject }>;
    const schema = Object.values(module).find((exported) => exported.schema)?.schema;
    if (!schema) throw new Error(`${file} exports no reader of variables`);
    const variables = Object.entries(schema.shape).map(([name, one]) =>
      variableOf(worker, name, one as z.ZodType),
    );
    return [worker, variables] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

function variableOf(worker: string, name: string, schema: z.ZodType): Variable {
  const { description, example } = schema.meta() ?? {};
  if (!description || typeof example !== "string") {
    throw new Error(`${worker}: ${name} has no description or no example in its meta`);
  }
  const absent = schema.safeParse(undefined);
  const fallback = absent.success ? String(absent.data ?? "optional") : "required";
  return { name, fallback, description, example: example.replaceAll("<service>", worker) };
}

const isSet = ({ fallback }: Variable) => fallback === "required";

/** The page `docs/configuration.md` with a table for each Worker. */
export function configurationPage(text: string, variables: Variables): string {
  const blocks = Object.entries(variables).map(([worker, all]) => {
    const rows = all.map((one) => [
      `\`${one.name}\``,
      isSet(one) || one.fallback === "optional" ? one.fallback : `\`${one.fallback}\``,
      cell(one.description),
    ]);
    return [worker, table(["Variable", "Default", "Meaning"], rows)];
  });
  return withGenerated(text, Object.fromEntries(blocks));
}

const WIDTH = 118;

/**
 * The file `.dev.vars.example`: its head and each section's title as they stand, below a title the Worker's variables.
 * @throws Error for a Worker without a section, and for a section without a Worker
 */
export function exampleFile(text: string, variables: Variables): string {
  const [head, ...sections] = text.split(/^(?=# == )/m);
  const titles = sections.map((section) => section.split("\n")[0]!);
  const workers = titles.map((title) => /^# == ([a-z]+):/.exec(title)?.[1] ?? title);
  const known = Object.keys(variables);
  if (workers.toSorted().join() !== known.toSorted().join()) {
    throw new Error(`the sections are of ${workers.join(", ")}; the Workers are ${known.join(", ")}`);
  }
  const filled = workers.map((worker, n) => [titles[n], "", ...variables[worker]!.map(line)].join("\n"));
  return `${head}${filled.join("\n\n")}\n`;
}

function line(variable: Variable): string {
  const value =
    /[\s"]/.test(variable.example) && !variable.example.startsWith("'")
      ? `'${variable.example}'`
      : variable.example;
  return `${comment(variable.description)}\n${isSet(variable) ? "" : "# "}${variable.name}=${value}`;
}

/** A text as comment lines that fit. A link of the page, which lies in docs/, becomes a path in the checkout. */
function comment(text: string): string {
  const lines = [""];
  for (const word of text.replaceAll(/\[[^\]]*\]\(([^)]*)\)/g, "docs/$1").split(" ")) {
    const last = lines.length - 1;
    const longer = `${lines[last]} ${word}`;
    if (longer.length > WIDTH) lines.push(` ${word}`);
    else lines[last] = longer;
  }
  return lines.map((one) => `#${one}`).join("\n");
}
