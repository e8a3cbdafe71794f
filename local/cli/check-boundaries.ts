import { resolve } from "node:path";
import { checkBoundaries, readTooFew } from "./boundaries.ts";

const root = resolve(import.meta.dirname, "../..");
const report = await checkBoundaries(root, resolve(root, ".dependency-cruiser.cjs"));

for (const { rule, from, to } of report.violations) console.error(`${rule}: ${from} imports ${to}`);
console.log(`${report.filesRead} of ${report.filesThere} TypeScript files were read.`);
if (readTooFew(report)) console.error("Too few of them: the rules were not checked.");
process.exitCode = report.violations.length > 0 || readTooFew(report) ? 1 : 0;
