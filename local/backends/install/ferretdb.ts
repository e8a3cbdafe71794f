import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { madeOnce } from "./cache.ts";
import { output } from "./command.ts";
import { goProgram } from "./go.ts";

/** The last release that keeps documents in a plain PostgreSQL. */
export const FERRETDB_VERSION = "1.24.2";
const MODULE = "github.com/FerretDB/FerretDB";

/** The program, built from the module as it is published. @throws InstallError */
export async function ferretdb(): Promise<string> {
  const dir = await madeOnce(`ferretdb-${FERRETDB_VERSION}`, async (made) => {
    const go = await goProgram();
    const at = `${MODULE}@v${FERRETDB_VERSION}`;
    const { Dir } = JSON.parse(await output(go, ["mod", "download", "-json", at], { cwd: made })) as {
      Dir: string;
    };
    const source = join(made, "source");
    cpSync(Dir, source, { recursive: true, mode: 0 });
    await output("chmod", ["-R", "u+w", source]);
    // The release process writes this file, which is no part of the module; without it the program does not start.
    mkdirSync(join(source, "build", "version"), { recursive: true });
    writeFileSync(join(source, "build", "version", "version.txt"), `v${FERRETDB_VERSION}\n`);
    const out = join(made, "ferretdb");
    await output(go, ["build", "-trimpath", "-o", out, "./cmd/ferretdb"], {
      cwd: source,
      env: { CGO_ENABLED: "0", GOFLAGS: "-buildvcs=false" },
    });
    rmSync(source, { recursive: true });
  });
  return join(dir, "ferretdb");
}
