import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { bundleWorker, endBundling } from "#local/workers/bundle.ts";
import { start, stop, temporaryFolder } from "./processes.ts";

/** As the Workers' wrangler.toml files have it. */
const COMPATIBILITY = { date: "2026-07-01", flags: ["nodejs_compat"] };
const OBJECTS = { SEAT_MAP: "BenchSeatMap", NO_OP: "NoOp", COMMIT_EACH: "CommitEach" };
/** The program that Miniflare runs. */
const { default: BINARY, version: VERSION } = createRequire(
  createRequire(import.meta.url).resolve("miniflare"),
)("workerd") as { default: string; version: string };
const START_LIMIT_MS = 30_000;

/** A server of contenders. */
export interface Served {
  /** Without a slash at its end. */
  url: string;
  pid: number;
  /** Its name and version, where it has one of its own. */
  version?: string;
  close(): Promise<void>;
}

/**
 * The bench Worker in workerd itself, without Miniflare's Worker before it, which takes a quarter of the throughput.
 * Objects keep their storage on the disk of the machine's temporary folder.
 */
export async function startWorkerd(): Promise<Served> {
  const folder = temporaryFolder("workerd");
  writeFileSync(
    join(folder, "worker.js"),
    await bundleWorker(join(import.meta.dirname, "../worker/index.ts")),
  );
  await endBundling();
  writeFileSync(join(folder, "config.capnp"), configuration(folder));
  const child = start(BINARY, ["serve", join(folder, "config.capnp"), "--experimental", "--control-fd=3"], {
    stdio: ["ignore", "ignore", "pipe", "pipe"],
  });
  const log: string[] = [];
  child.stderr?.on("data", (chunk: Buffer) => log.push(chunk.toString()));
  const port = await new Promise<number>((resolve, reject) => {
    const fail = () => reject(new Error(`workerd did not start: ${log.join("").slice(-2_000)}`));
    const limit = setTimeout(fail, START_LIMIT_MS);
    child.once("exit", fail);
    (child.stdio[3] as Readable).on("data", (chunk: Buffer) => {
      const listening = /"port":(\d+)/.exec(chunk.toString());
      if (!listening) return;
      clearTimeout(limit);
      resolve(Number(listening[1]));
    });
  });
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid!,
    version: `workerd ${VERSION}, run directly, compatibility date ${COMPATIBILITY.date}, ${COMPATIBILITY.flags.join(", ")}`,
    close: () => stop(child),
  };
}

function configuration(folder: string): string {
  const text = JSON.stringify;
  const objects = Object.entries(OBJECTS);
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "bench", worker = .bench),
    (name = "disk", disk = (path = ${text(folder)}, writable = true)),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "bench")],
);
const bench :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")],
  compatibilityDate = ${text(COMPATIBILITY.date)},
  compatibilityFlags = ${text(COMPATIBILITY.flags)},
  durableObjectStorage = (localDisk = "disk"),
  durableObjectNamespaces = [
    ${objects.map(([, name]) => `(className = ${text(name)}, uniqueKey = ${text(name)}, enableSql = true)`).join(",\n    ")}
  ],
  bindings = [
    ${objects.map(([binding, name]) => `(name = ${text(binding)}, durableObjectNamespace = ${text(name)})`).join(",\n    ")}
  ],
);
`;
}
