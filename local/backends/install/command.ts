import { execFile } from "node:child_process";

/** A download and a compilation on a slow machine; what takes longer hangs. */
const LIMIT_MS = 15 * 60_000;
const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;
/** Of a failed command, its last words. */
const TAIL_CHARACTERS = 2_000;

/** A program that could not be had; the message says what to do. */
export class InstallError extends Error {}

/**
 * Runs a command to its end and answers what it printed.
 * @throws InstallError with its last words when it fails, or when there is no such command
 */
export function output(
  file: string,
  args: string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): Promise<string> {
  const { cwd, env } = options;
  const all = { cwd, env: { ...process.env, ...env }, timeout: LIMIT_MS, maxBuffer: MAX_OUTPUT_BYTES };
  return new Promise((resolve, reject) => {
    execFile(file, args, all, (error, stdout, stderr) => {
      if (!error) return resolve(stdout);
      const words = (stderr.trim() || stdout.trim() || error.message).slice(-TAIL_CHARACTERS);
      reject(new InstallError(`${file} ${args.join(" ")} failed: ${words}`, { cause: error }));
    });
  });
}

/** What it printed, or undefined where it fails or is not there. */
export function outputOrNone(file: string, args: string[]): Promise<string | undefined> {
  return output(file, args).catch(() => undefined);
}
