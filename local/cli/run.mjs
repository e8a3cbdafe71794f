/*
 * What every npm script runs: `node local/cli/run.mjs <command> [arguments]`. It works on a stock Node 20 with
 * nothing installed: it installs what is missing, then runs local/cli/<command>.ts on Node 24.
 */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { CliError } from "./cli-error.mjs";
import { useTree } from "./install.mjs";
import { launch } from "./launch.mjs";
import { isNewEnough, node24 } from "./node24.mjs";

const COMMANDS = [
  ...["start", "dev", "health", "seed", "logs", "audit", "dead-letters", "migrate"],
  ...[
    "test",
    "e2e",
    "kill",
    "chaos",
    "test-backends",
    "simulate",
    "measure",
    "bench",
    "verify",
    "format",
    "generate",
  ],
];
const OLDEST_LAUNCHER = 20;

async function main([command, ...args]) {
  if (Number.parseInt(process.versions.node, 10) < OLDEST_LAUNCHER) {
    throw new CliError(
      `This is Node.js ${process.versions.node}; version ${OLDEST_LAUNCHER} or newer is needed.`,
    );
  }
  const here = dirname(fileURLToPath(import.meta.url));
  const script = join(here, `${command}.ts`);
  if (!COMMANDS.includes(command) || !existsSync(script)) {
    throw new CliError(`Usage: npm run <${COMMANDS.join(" | ")}> [-- arguments]; not "${command ?? ""}".`);
  }
  const root = dirname(dirname(here));
  const log = (line) => process.stderr.write(`${line}\n`);
  const { installMs, user } = await useTree({ root, command, log });
  process.on("exit", user.unregister);
  process.env.TICKETFLOW_INSTALL_MS = String(installMs);

  if (isNewEnough(process.versions.node)) {
    process.argv = [process.execPath, script, ...args];
    await import(pathToFileURL(script).href);
  } else {
    process.exit(await launch({ node: node24(root), script, args, onSpawn: user.addProcess }));
  }
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof CliError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
