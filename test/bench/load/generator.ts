import { once } from "node:events";
import { join } from "node:path";
import { Violation } from "../failures.ts";
import { start, stop } from "../rig/processes.ts";
import type { Job, JobResult } from "./job.ts";

export interface LoadGenerator {
  pid: number;
  /** @throws Violation where a request was not answered, or answered wrongly */
  run(contender: string, job: Job): Promise<JobResult>;
  close(): Promise<void>;
}

/** A process that asks, beside those that answer. */
export function startLoadGenerator(): LoadGenerator {
  const child = start(process.execPath, [join(import.meta.dirname, "main.ts")], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const ended = once(child, "exit").then(() => {
    throw new Error("the load generator ended");
  });
  ended.catch(() => {});
  return {
    pid: child.pid!,
    async run(contender, job) {
      child.send(job);
      const [{ result, error }] = (await Promise.race([once(child, "message"), ended])) as [
        { result?: JobResult; error?: string },
      ];
      if (!result) throw new Error(`${contender}: ${error}`);
      if (result.violations.length > 0) throw new Violation(`${contender}: ${result.violations.join("; ")}`);
      return result;
    },
    close: () => stop(child),
  };
}
