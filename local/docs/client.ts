import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, sep } from "node:path";
import { createClient } from "@hey-api/openapi-ts";
import { openApiDocument } from "#shared/contracts/openapi.ts";

/** Where the generated client lies. */
export const CLIENT_FOLDER = "shared/client/generated";

/** The files of the client that follows from the contracts, by their paths in the checkout. */
export async function clientFiles(): Promise<Record<string, string>> {
  const folder = mkdtempSync(join(tmpdir(), "ticketflow-client-"));
  try {
    await createClient({
      input: JSON.parse(JSON.stringify(openApiDocument("http://localhost:8787"))),
      output: { path: folder, importFileExtension: ".ts" },
      plugins: ["@hey-api/client-fetch", "@hey-api/typescript", "@hey-api/sdk"],
      logs: { level: "silent" },
    });
    const names = globSync("**/*.ts", { cwd: folder });
    return Object.fromEntries(
      names.map((name) => [
        `${CLIENT_FOLDER}/${name.replaceAll(sep, "/")}`,
        withoutNotes(readFileSync(join(folder, name), "utf8")),
      ]),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The generator's templates have its authors' notes to themselves; they say nothing about the client. */
const withoutNotes = (text: string) => text.replace(/^ *\/\/ TODO.*\n/gm, "");
