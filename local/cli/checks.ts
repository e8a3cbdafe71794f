import { spawn } from "node:child_process";

/** The machine that this is sized for has two cores; the compiler and the cruiser keep one busy each. */
const AT_ONCE = 2;
/** The slowest check takes some seconds; one that takes longer than this hangs. */
const CHECK_LIMIT_MS = 5 * 60_000;

export type Check = { name: string; args: string[] };
export type CheckResult = { name: string; ok: boolean; ms: number; output: string };

/** Runs one check on this Node, from `cwd`. A check fails by its exit code, and when it takes too long. */
function runCheck({ name, args }: Check, cwd: string): Promise<CheckResult> {
  const begun = performance.now();
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      cwd,
      stdio: ["ignore", "pipe", "pipe"],
      timeout: CHECK_LIMIT_MS,
    });
    let output = "";
    const collect = (chunk: Buffer) => {
      output += chunk.toString("utf8");
    };
    child.stdout.on("data", collect);
    child.stderr.on("data", collect);
    child.once("error", (error) => collect(Buffer.from(error.message)));
    child.once("close", (code) => resolve({ name, ok: code === 0, ms: performance.now() - begun, output }));
  });
}

/** Runs all checks, some at once, and tells of each as it ends. Answers whether all passed. */
export async function runChecks(
  checks: Check[],
  cwd: string,
  print: (line: string) => void,
): Promise<boolean> {
  const waiting = [...checks];
  const failed: CheckResult[] = [];
  const worker = async () => {
    for (let check = waiting.shift(); check; check = waiting.shift()) {
      const result = await runCheck(check, cwd);
      print(`${result.ok ? "passed" : "FAILED"}  ${result.name} (${(result.ms / 1000).toFixed(1)} s)`);
      if (!result.ok) failed.push(result);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  for (const { name, output } of failed) print(`\n--- ${name} ---\n${output.trimEnd()}`);
  return failed.length === 0;
}
