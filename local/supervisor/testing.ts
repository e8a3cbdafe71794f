import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Part } from "./part.ts";

/** For tests: a folder that is removed when the test has ended. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "supervisor-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Resolves when something accepts connections at the port, rejects when nothing does. */
function dial(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port });
    socket.once("error", reject);
    socket.once("connect", () => {
      socket.destroy();
      resolve();
    });
  });
}

export const answers = (port: number): Promise<boolean> =>
  dial(port).then(
    () => true,
    () => false,
  );

/** For tests: a server on `port` as a part of its own, started from source text. */
export function serverPart(name: string, port: number, more: Partial<Part> & { code?: string } = {}): Part {
  const { code = "", ...part } = more;
  const source = `
    console.log("${name} starts");
    require("node:net").createServer((socket) => socket.end()).listen(${port}, "127.0.0.1");
    process.on("SIGTERM", () => { console.log("${name} ends"); process.exit(0); });
    ${code}`;
  return {
    name,
    ports: [port],
    command: () => ({ file: process.execPath, args: ["-e", source], env: {} }),
    ready: () => dial(port),
    startLimitMs: 10_000,
    ...part,
  };
}

/** For tests: a part that runs any source text and is ready at once. */
export function scriptPart(name: string, source: string, more: Partial<Part> = {}): Part {
  return {
    name,
    ports: [],
    command: () => ({ file: process.execPath, args: ["-e", source], env: {} }),
    ready: async () => {},
    startLimitMs: 10_000,
    ...more,
  };
}

/** For tests: resolves once `condition` holds; the test's own time limit is the limit. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 10));
}

export type Watched = {
  child: ChildProcess;
  /** What it has written so far, to either stream. */
  output: () => string;
  /** Resolves with the exit code or the signal. */
  ended: Promise<number | NodeJS.Signals | null>;
};

/** For tests: a process with its output, killed when the test has ended. */
export function watched(child: ChildProcess): Watched {
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  let text = "";
  const collect = (chunk: Buffer) => {
    text += chunk.toString("utf8");
  };
  child.stdout?.on("data", collect);
  child.stderr?.on("data", collect);
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.once("close", (code, signal) => resolve(code ?? signal));
  });
  return { child, ended, output: () => text };
}

export type Script = Watched & {
  /** Resolves when the output has the text; rejects when the process ends before. */
  prints: (text: string) => Promise<void>;
};

/** For tests: runs a module's source text in a process that leads a group of its own, and that is killed when the test has ended. */
export function runScript(source: string, env: NodeJS.ProcessEnv = process.env): Script {
  const args = ["--disable-warning=ExperimentalWarning", "--input-type=module-typescript", "-e", source];
  const child = spawn(process.execPath, args, {
    env,
    stdio: ["ignore", "pipe", "pipe"],
    cwd: import.meta.dirname,
    detached: true,
  });
  const script = watched(child);
  let hasEnded = false;
  void script.ended.then(() => {
    hasEnded = true;
  });
  return {
    ...script,
    prints: async (wanted) => {
      await until(() => script.output().includes(wanted) || hasEnded);
      if (!script.output().includes(wanted)) {
        throw new Error(`it ended without printing "${wanted}":\n${script.output()}`);
      }
    },
  };
}

/** For tests: the address by which a script started by `runScript` imports a file beside this one. */
export const moduleUrl = (file: string): string => new URL(file, import.meta.url).href;
