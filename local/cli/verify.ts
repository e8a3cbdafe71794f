import { resolve } from "node:path";
import { type Check, runChecks } from "./checks.ts";

const root = resolve(import.meta.dirname, "../..");

// The longest first, so that the short ones fill what is left.
const CHECKS: Check[] = [
  { name: "types, Workers", args: ["node_modules/typescript/bin/tsc", "-p", "tsconfig.edge.json"] },
  { name: "types, Node", args: ["node_modules/typescript/bin/tsc", "-p", "tsconfig.local.json"] },
  { name: "import boundaries", args: ["local/cli/check-boundaries.ts"] },
  { name: "unused code and dependencies", args: ["node_modules/knip/bin/knip.js"] },
  { name: "format and lint", args: ["node_modules/@biomejs/biome/bin/biome", "ci", "--colors=off", "."] },
];

process.exitCode = (await runChecks(CHECKS, root, console.log)) ? 0 : 1;
