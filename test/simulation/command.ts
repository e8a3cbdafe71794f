import { spawn } from "node:child_process";
import { resolve } from "node:path";

const HERE = import.meta.dirname;

/** Longer than any of these runs takes on a busy machine. */
const LIMIT_MS = 240_000;

/** What a simulation came to that ran as a person runs it. */
export interface Ran {
  code: number | null;
  printed: string;
}

/** Runs the simulation in a process of its own. @param withoutGuard a guard that is taken out of the source first */
export function simulate(args: string[], withoutGuard?: string): Promise<Ran> {
  const preload = withoutGuard === undefined ? [] : ["--import", resolve(HERE, "planted/plant.ts")];
  const child = spawn(process.execPath, [...preload, resolve(HERE, "main.ts"), ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    timeout: LIMIT_MS,
    env: {
      ...process.env,
      ...(withoutGuard === undefined ? {} : { SIMULATION_WITHOUT_GUARD: withoutGuard }),
    },
  });
  let printed = "";
  const collect = (chunk: Buffer) => {
    printed += chunk.toString("utf8");
  };
  child.stdout.on("data", collect);
  child.stderr.on("data", collect);
  return new Promise((done, reject) => {
    child.once("error", reject);
    child.once("close", (code) => done({ code, printed }));
  });
}
