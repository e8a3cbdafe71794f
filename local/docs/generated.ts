import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { apiPage } from "./api-page.ts";
import { clientFiles } from "./client.ts";
import { configurationPage, exampleFile, workersVariables } from "./configuration.ts";
import { eventCatalog } from "./event-catalog.ts";
import { sagaPage } from "./saga-doc.ts";

/** The checkout. */
export const ROOT = resolve(import.meta.dirname, "../..");

/** Pages that are written by hand around generated blocks. */
const PAGES: Record<string, (text: string) => string> = {
  "docs/api.md": apiPage,
  "docs/event-catalog.md": eventCatalog,
  "docs/saga.md": sagaPage,
};

/** Every generated file as it should be, by its path in the checkout. */
export async function generatedFiles(): Promise<Record<string, string>> {
  const read = (path: string) => readFileSync(join(ROOT, path), "utf8");
  const variables = await workersVariables(ROOT);
  const pages = Object.entries(PAGES).map(([path, fill]) => [path, fill(read(path))]);
  return {
    ...(await clientFiles()),
    ...Object.fromEntries(pages),
    "docs/configuration.md": configurationPage(read("docs/configuration.md"), variables),
    ".dev.vars.example": exampleFile(read(".dev.vars.example"), variables),
  };
}
