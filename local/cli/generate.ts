import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { CLIENT_FOLDER } from "../docs/client.ts";
import { generatedFiles, ROOT } from "../docs/generated.ts";
import { runCommand } from "./command.ts";

const USAGE = `Usage: npm run generate
Writes the client of the API and the generated parts of the documentation, from the declarations in shared/ and the
Workers' variables.`;

process.exitCode = await runCommand(USAGE, async (args) => {
  parseArgs({ args, options: {} });
  const files = Object.entries(await generatedFiles());
  rmSync(join(ROOT, CLIENT_FOLDER), { recursive: true, force: true });
  for (const [path, text] of files) {
    mkdirSync(dirname(join(ROOT, path)), { recursive: true });
    writeFileSync(join(ROOT, path), text);
  }
  console.log(`Wrote ${files.length} files.`);
  return 0;
});
