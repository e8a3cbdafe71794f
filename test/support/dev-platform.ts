import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type Config, httpUrl, readConfig } from "#local/config.ts";
import { freeOffset } from "#local/e2e/own-platform.ts";
import { wipePostgres } from "#local/postgres/prepare.ts";

/** What `npm run dev` needs of a checkout. */
const COPIED = [
  "workers",
  "durable-objects",
  "shared",
  "local",
  "migrations",
  "wrangler.toml",
  "package.json",
];

/** A first start bundles everything twice; on a busy machine that takes long. */
const START_LIMIT_MS = 240_000;
const READY = "Ctrl-C stops it.";

/** A scratch copy of the checkout, and `npm run dev` on it, on ports and data of its own. */
export class DevPlatform {
  readonly config: Config;
  readonly url: string;
  /** The copy: only it is edited. */
  readonly root: string;
  readonly #dir: string;
  #process: ChildProcess | null = null;

  static async make(): Promise<DevPlatform> {
    const dir = mkdtempSync(join(tmpdir(), "ticketflow-dev-"));
    // Postgres may run as another user, who has to get there.
    chmodSync(dir, 0o755);
    return new DevPlatform(dir, await freeOffset());
  }

  private constructor(dir: string, portOffset: number) {
    this.#dir = dir;
    this.root = join(dir, "checkout");
    this.config = readConfig({
      TICKETFLOW_PORT_OFFSET: String(portOffset),
      TICKETFLOW_DATA_DIR: join(dir, "data"),
    });
    this.url = httpUrl(this.config, "gateway");
    for (const name of COPIED)
      cpSync(join(this.config.root, name), join(this.root, name), { recursive: true });
    symlinkSync(join(this.config.root, "node_modules"), join(this.root, "node_modules"), "junction");
  }

  /** @returns what it printed once everything answered */
  async start(): Promise<string> {
    const { portOffset, dataDir } = this.config;
    const dev = spawn(process.execPath, [join(this.root, "local/cli/dev.ts")], {
      cwd: this.root,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...process.env,
        TICKETFLOW_PORT_OFFSET: String(portOffset),
        TICKETFLOW_DATA_DIR: dataDir,
      },
    });
    this.#process = dev;
    let printed = "";
    const collect = (chunk: Buffer) => {
      printed += chunk.toString("utf8");
    };
    dev.stdout.on("data", collect);
    dev.stderr.on("data", collect);
    const deadline = performance.now() + START_LIMIT_MS;
    while (!printed.includes(READY)) {
      if (dev.exitCode !== null) throw new Error(`npm run dev ended with ${dev.exitCode}:\n${printed}`);
      if (performance.now() > deadline) throw new Error(`npm run dev is not ready:\n${printed}`);
      await delay(100);
    }
    return printed;
  }

  /**
   * Saves a file of the copy with one text in place of another, and asks until the address answers with it.
   * @returns how long that took, in ms
   */
  async edit(file: string, [from, to]: [string, string], path: string): Promise<number> {
    const text = readFileSync(join(this.root, file), "utf8");
    if (!text.includes(from)) throw new Error(`${file} has no "${from}"`);
    const begun = performance.now();
    writeFileSync(join(this.root, file), text.replace(from, to));
    while (!(await this.#get(path)).includes(to)) await delay(20);
    return performance.now() - begun;
  }

  /** Empty while the Workers are being exchanged. */
  async #get(path: string): Promise<string> {
    try {
      const response = await fetch(this.url + path, { signal: AbortSignal.timeout(10_000) });
      return await response.text();
    } catch {
      return "";
    }
  }

  /** A Ctrl-C. @returns the exit code */
  async stop(): Promise<number | null> {
    const dev = this.#process;
    if (dev === null || dev.exitCode !== null) return dev?.exitCode ?? null;
    const ended = new Promise<number | null>((resolve) => dev.once("exit", resolve));
    dev.kill("SIGINT");
    return ended;
  }

  /** Stops it, and deletes the copy and the data. */
  async takeAway(): Promise<void> {
    await this.stop();
    await wipePostgres({ dataDir: join(this.config.dataDir, "postgres") });
    rmSync(this.#dir, { recursive: true, force: true });
  }
}
