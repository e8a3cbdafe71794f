import { ConfigError } from "../config.ts";

/** A wrong argument; the message says which. */
export class UsageError extends Error {}

/** A failure that says all there is to say to the person at the terminal. */
export class CommandError extends Error {}

/**
 * Runs what an npm script asks for, and answers the exit code: its own; 2 for a wrong argument, with the usage
 * printed; `failureCode` for a failure, with the message alone where it says all, else with the place in the code.
 */
export async function runCommand(
  usage: string,
  run: (args: string[]) => Promise<number>,
  { args = process.argv.slice(2), print = console.error as (text: string) => void, failureCode = 1 } = {},
): Promise<number> {
  try {
    return await run(args);
  } catch (error) {
    if (error instanceof UsageError || isWrongArgument(error)) {
      print(`${error.message}\n${usage}`);
      return 2;
    }
    const isExplained = error instanceof CommandError || error instanceof ConfigError;
    print(
      error instanceof Error ? (isExplained ? error.message : (error.stack ?? error.message)) : `${error}`,
    );
    return failureCode;
  }
}

/** What `parseArgs` of node:util throws. */
function isWrongArgument(error: unknown): error is Error {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return code.startsWith("ERR_PARSE_ARGS_");
}

/**
 * A whole number given to an option. @throws UsageError naming the option
 */
export function wholeNumberOption(
  name: string,
  text: string,
  { min, max }: { min: number; max: number },
): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= min && value <= max)) {
    throw new UsageError(`${name} takes a whole number from ${min} to ${max}, not "${text}".`);
  }
  return value;
}
