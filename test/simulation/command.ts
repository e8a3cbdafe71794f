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

/** A source that is not the real one. */
export interface Planted {
  /** The guard that is taken out of it. */
  withoutGuard: string;
  /** A folder in which runs leave for one another what was compiled. */
  compiledDir: string;
}

/** Runs the simulation in a process of its own. The lines that a planted source runs are not counted: it is not the real one. */
export function simulate(args: string[], planted?: Planted): Promise<Ran> {
  const preload = planted ? ["--import", resolve(HERE, "planted/plant.ts")] : [];
  const child = spawn(process.execPath, [...preload, resolve(HERE, "main.ts"), ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    timeout: LIMIT_MS,
    env: {
      ...process.env,
      ...(planted && {
        SIMULATION_WITHOUT_GUARD: planted.withoutGuard,
        NODE_COMPILE_CACHE: planted.compiledDir,
        NODE_V8_COVERAGE: "",
      }),
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
