import { globSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it, vi } from "vitest";
import type { z } from "zod";

// Each Worker hands its schema to `environment`: here that gives the schema back instead of reading with it.
vi.mock("#shared/config/environment.ts", async (original) => ({
  ...(await original<object>()),
  environment: (_env: object, schema: z.ZodObject) => schema,
}));

const root = resolve(import.meta.dirname, "../..");
const read = (file: string) => readFileSync(join(root, file), "utf8");
const page = read("docs/configuration.md");
const example = read(".dev.vars.example");

/** The variables of a Worker with their defaults: "required", "optional", or the value. */
async function variablesOf(file: string): Promise<Record<string, string>> {
  const module = (await import(join(root, file))) as Record<string, (env: object) => z.ZodObject>;
  const [schemaOf] = Object.entries(module).filter(([name]) => name.endsWith("Environment"));
  const { shape } = schemaOf![1]({});
  return Object.fromEntries(Object.entries(shape).map(([name, one]) => [name, defaultOf(one as z.ZodType)]));
}

function defaultOf(schema: z.ZodType): string {
  const absent = schema.safeParse(undefined);
  if (!absent.success) return "required";
  return absent.data === undefined ? "optional" : String(absent.data);
}

/** Variable and default, as the table below a Worker's heading says them. */
function documented(worker: string): Record<string, string> {
  const section = page.split(/^## /m).find((part) => part.startsWith(`${worker}\n`)) ?? "";
  const rows = [...section.matchAll(/^\| `([A-Z_]+)` +\| `?([^|`]+?)`? +\|/gm)];
  return Object.fromEntries(rows.map(([, name, value]) => [name, value]));
}

/** The names below a Worker's heading in the example, set or commented out. */
function exampled(worker: string): string[] {
  const section = example.split(/^# == /m).find((part) => part.startsWith(`${worker}:`)) ?? "";
  return [...section.matchAll(/^(?:# )?([A-Z_]+)=/gm)].map(([, name]) => name!);
}

const files = globSync("workers/*/src/env.ts", { cwd: root }).sort();

describe("configuration", () => {
  it("is read by seven Workers", () => {
    expect(files).toHaveLength(7);
  });

  it.each(files)("%s: docs/configuration.md names each variable with its default", async (file) => {
    expect(documented(file.split("/")[1]!)).toEqual(await variablesOf(file));
  });

  it.each(files)("%s: .dev.vars.example has each variable", async (file) => {
    const names = Object.keys(await variablesOf(file));
    expect(exampled(file.split("/")[1]!).sort()).toEqual(names.sort());
  });
});
