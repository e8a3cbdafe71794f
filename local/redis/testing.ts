import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { type RedisRest, type RedisRestOptions, startRedisRest } from "./server.ts";

/** For tests: a front, and requests to it. */
export interface Front extends RedisRest {
  /** A command as JSON; its answer, or the text of its refusal. */
  ask(...words: (string | number)[]): Promise<unknown>;
  /** A request as the wire has it. */
  raw(method: string, path: string, options?: RawOptions): Promise<RawAnswer>;
}

interface RawOptions {
  body?: string | Buffer<ArrayBuffer>;
  headers?: Record<string, string>;
}

interface RawAnswer {
  status: number;
  bytes: Buffer;
  body: unknown;
}

const TOKEN = "token";

/** For tests: a front that is closed when the test has ended. */
export async function startFront(options: Omit<RedisRestOptions, "port" | "token">): Promise<Front> {
  const server = await startRedisRest({ port: 0, token: TOKEN, ...options });
  onTestFinished(() => server.close());
  const raw: Front["raw"] = async (method, path, { body, headers } = {}) => {
    const response = await fetch(`http://127.0.0.1:${server.port}${path}`, {
      method,
      headers: { authorization: `Bearer ${TOKEN}`, ...headers },
      ...(body === undefined ? {} : { body }),
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    const isJson = response.headers.get("content-type") === "application/json";
    return { status: response.status, bytes, body: isJson ? JSON.parse(bytes.toString()) : undefined };
  };
  return {
    ...server,
    raw,
    async ask(...words) {
      const { body } = await raw("POST", "/", { body: JSON.stringify(words) });
      const { result, error } = body as { result?: unknown; error?: string };
      return error ?? result;
    },
  };
}

/** For tests: a Redis server of one's own, which keeps nothing on disk. */
export interface OwnRedis {
  url: string;
  /** Sends the process a signal; SIGKILL waits for its end. */
  signal(name: "SIGSTOP" | "SIGCONT" | "SIGKILL"): Promise<void>;
  /** Starts it again at the same port, empty. */
  restart(): Promise<void>;
}

/** For tests: the server that the program `binary` runs, on `port`; killed when the test has ended. */
export async function startOwnRedis(binary: string, port: number): Promise<OwnRedis> {
  const folder = mkdtempSync(join(tmpdir(), "redis-"));
  let child: ChildProcess;
  const kill = async (signal: NodeJS.Signals) => {
    const ended = child.exitCode === null && child.signalCode === null ? once(child, "exit") : null;
    child.kill(signal);
    if (signal === "SIGKILL") await ended;
  };
  async function start(): Promise<void> {
    const options = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
    child = spawn(binary, [...options, "--dir", folder], { stdio: ["ignore", "pipe", "inherit"] });
    let printed = "";
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
      printed += chunk;
      if (printed.includes("Ready to accept connections")) return;
    }
    throw new Error(`redis-server ended before it was ready: ${printed}`);
  }
  onTestFinished(async () => {
    await kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  });
  await start();
  return { url: `redis://127.0.0.1:${port}`, signal: kill, restart: start };
}
