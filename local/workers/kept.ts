import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { deserialize, serialize } from "node:v8";
import type { WorkerOptions } from "miniflare";

/** A Worker as its wrangler.toml says, bundled. */
export interface PreparedWorker {
  name: string;
  options: WorkerOptions;
  crons: string[];
}

/** The checkout. */
const ROOT = resolve(import.meta.dirname, "../..");

/** What decides how a Worker is prepared, besides what its bundle is made of. */
const TOOLS = [
  "package-lock.json",
  ...[
    "local/workers/bundle.ts",
    "local/workers/direct.ts",
    "local/workers/prepare-process.ts",
    "local/workers/kept.ts",
  ],
  ...["local/coverage/bundle.ts", "local/coverage/instrument.ts", "local/coverage/worker-counters.ts"],
].map((path) => join(ROOT, path));

/** Files beside a configuration with variables of their own, which are secrets: such a Worker is not kept. */
const SECRETS = [".dev.vars", ".env", ".env.local"];

/** A prepared Worker with the files that it was made of, each with the hash of what was in it. */
interface Kept {
  files: [path: string, hash: string][];
  worker: PreparedWorker;
}

/** A bundle, and every file that went into it. */
export interface Made {
  worker: PreparedWorker;
  inputs: string[];
}

/**
 * Where prepared Workers are kept from one start to the next: bundling takes five of the sixteen seconds of computing that a
 * start costs. One file a Worker, written over when it is made anew; `npm ci` takes all of them away.
 */
export interface KeptWorkers {
  /** The Worker as it was prepared, where nothing that it was made of has changed. */
  find(config: string): PreparedWorker | undefined;
  /** @param since when its making began, in epoch ms: a file that was changed meanwhile was read before or after */
  keep(config: string, made: Made, since: number): void;
}

/** @param counting whether the Workers count the lines that they run */
export function keptWorkers(
  counting: boolean,
  dir = join(ROOT, "node_modules", ".cache", "ticketflow", "workers"),
  root = ROOT,
): KeptWorkers {
  const hashes = new Map<string, string>();
  const hashOf = (path: string): string => {
    const known = hashes.get(path) ?? createHash("sha256").update(readFileSync(path)).digest("base64");
    hashes.set(path, known);
    return known;
  };
  const isOurs = (config: string): boolean => !relative(root, config).startsWith("..");
  const mayBeKept = (config: string): boolean =>
    isOurs(config) && !SECRETS.some((name) => existsSync(join(dirname(config), name)));
  const fileOf = (config: string): string => {
    const name = relative(root, config).replaceAll(/[^a-z]+/g, "-");
    return join(dir, `${name}${counting ? "-counting" : ""}`);
  };

  return {
    find(config) {
      if (!mayBeKept(config)) return undefined;
      try {
        const { files, worker } = deserialize(readFileSync(fileOf(config))) as Kept;
        // Another checkout with the same packages keeps its own under the same names.
        const isThis = files[0]?.[0] === config;
        return isThis && files.every(([path, hash]) => hashOf(path) === hash) ? worker : undefined;
      } catch {
        // Absent, of another version of Node.js, or made of a file that is gone: it is made anew.
        return undefined;
      }
    },
    keep(config, { worker, inputs }, since) {
      if (!mayBeKept(config)) return;
      const paths = [config, ...TOOLS, ...inputs];
      // A copy of the checkout may lack one: what cannot be compared later is not kept.
      if (paths.some((path) => !existsSync(path) || statSync(path).mtimeMs >= since)) return;
      const kept: Kept = { files: paths.map((path) => [path, hashOf(path)]), worker };
      mkdirSync(dir, { recursive: true });
      // Whole or not at all: another start may read it meanwhile.
      const file = fileOf(config);
      writeFileSync(`${file}.${process.pid}`, serialize(kept));
      renameSync(`${file}.${process.pid}`, file);
    },
  };
}
