import { once } from "node:events";
import { join } from "node:path";
import { start, stop } from "../rig/processes.ts";
import type { WatchReport } from "./watched.ts";

export interface Watchers {
  /** Resolves when so many have their first map. */
  watch(url: string, count: number): Promise<void>;
  /** What they heard; then they are gone. */
  report(): Promise<WatchReport>;
  close(): Promise<void>;
}

/** A process that watches, beside those that ask and answer. */
export function startWatchers(): Watchers {
  const child = start(process.execPath, [join(import.meta.dirname, "main.ts")], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const ended = once(child, "exit").then(() => {
    throw new Error("the watchers ended");
  });
  ended.catch(() => {});
  const ask = async (asked: object | string): Promise<unknown> => {
    child.send(asked);
    const [answer] = (await Promise.race([once(child, "message"), ended])) as [unknown];
    return answer;
  };
  return {
    async watch(url, count) {
      await ask({ watch: url.replace(/^http/, "ws"), count });
    },
    report: async () => (await ask("report")) as WatchReport,
    close: () => stop(child),
  };
}
