import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { NotRun, Outcome } from "./outcome.ts";

type Variables = Readonly<Record<string, string>>;

/** What vitest's JSON says of a run, as far as it is read here. */
interface VitestReport {
  numPassedTests: number;
  numFailedTests: number;
  numFailedTestSuites: number;
  success: boolean;
  testResults: { assertionResults: { status: string; fullName: string }[] }[];
}

/** Kills what was started when this process ends, however it does. */
const running = new Set<number>();
process.once("exit", () => {
  for (const pid of running) kill(pid);
});

function kill(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended.
  }
}

/** Runs a script of ours in a process group of its own, its output before everyone's eyes. @returns its exit code, with its output */
export function run(root: string, args: string[], env: Variables): Promise<{ code: number; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      // Its lines are read here: without colours.
      env: { ...process.env, NO_COLOR: "1", ...env },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    const { pid } = child;
    if (pid !== undefined) running.add(pid);
    let output = "";
    const collect = (chunk: Buffer) => {
      output += chunk.toString();
      process.stdout.write(chunk);
    };
    child.stdout.on("data", collect);
    child.stderr.on("data", collect);
    child.once("error", reject);
    child.once("close", (code) => {
      if (pid !== undefined) running.delete(pid);
      resolve({ code: code ?? 1, output });
    });
  });
}

export interface VitestRun {
  root: string;
  config: string;
  filters: string[];
  env: Variables;
  /** Tests whose names hold one of these texts are left out. */
  without?: NotRun[];
}

/** Runs test files, and counts. */
export async function vitest({ root, config, filters, env, without = [] }: VitestRun): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), "ticketflow-backends-"));
  const file = join(folder, "report.json");
  try {
    const names = without.map(({ what }) => what.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    const pattern = names.length > 0 ? ["-t", `^(?!.*(?:${names.join("|")}))`] : [];
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
    const args = ["run", "--config", config, ...reporters, ...pattern, ...filters];
    const { code, output } = await run(root, [join(root, "node_modules/vitest/vitest.mjs"), ...args], env);
    return outcomeOf(JSON.parse(readFileSync(file, "utf8")) as VitestReport, code, output, without);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A case that a server lacks something for says so in a line of its own. */
const LEFT_OUT = /^not run: (.+) \((the server lacks: .+)\)$/gm;

function outcomeOf(report: VitestReport, code: number, output: string, without: NotRun[]): Outcome {
  const notRun = [...output.matchAll(LEFT_OUT)].map(([, what = "", why = ""]) => ({ what, why }));
  const skipped = report.testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status !== "passed" && status !== "failed")
    // Stands in a file for all of it where its server is not there; here it is.
    .filter(({ fullName }) => !/\bneeds TEST_\w+/.test(fullName));
  const unexplained = skipped.filter(
    ({ fullName }) => ![...notRun, ...without].some(({ what }) => fullName.includes(what)),
  );
  const failed = report.numFailedTests + (report.numFailedTests === 0 && code !== 0 ? 1 : 0);
  return {
    passed: report.numPassedTests,
    failed,
    notRun: [
      ...notRun,
      ...without,
      ...unexplained.map(({ fullName }) => ({ what: fullName, why: "skipped" })),
    ],
  };
}
