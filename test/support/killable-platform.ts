import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { isRunning } from "#local/cli/process-identity.mjs";
import { type Config, httpUrl, readConfig } from "#local/config.ts";
import { freeOffset } from "#local/e2e/own-platform.ts";
import { wipePostgres } from "#local/postgres/prepare.ts";
import { readRunRecord } from "#local/supervisor/run-state.ts";
import { processTree } from "./process-tree.ts";

/** A cold start takes some 15 s on two cores; on a busy machine several times that. */
const START_LIMIT_MS = 120_000;
/** What the supervisor gives its parts to end in order, and then some. */
const STOP_LIMIT_MS = 30_000;
/** A killed process is gone at once, unless it hangs in the kernel. */
const KILL_LIMIT_MS = 5_000;
/** The last thing that `npm start` prints once everything answers. */
const READY = "Ctrl-C stops it.";

/** A platform on ports and data of its own, started by the very command that a person types. */
export class KillablePlatform {
  readonly config: Config;
  readonly url: string;
  #launcher: ChildProcess | null = null;

  readonly #variables: Readonly<Record<string, string>>;

  /** @param variables what else its command finds in the environment, once its ports are known */
  static async make(
    variables: (ports: Config["ports"]) => Record<string, string> = () => ({}),
  ): Promise<KillablePlatform> {
    const dataDir = join(mkdtempSync(join(tmpdir(), "ticketflow-kill-")), "data");
    // Postgres may run as another user, who has to get there.
    chmodSync(join(dataDir, ".."), 0o755);
    const { TICKETFLOW_BACKENDS = "embedded" } = process.env;
    const offset = String(await freeOffset());
    const place = { TICKETFLOW_PORT_OFFSET: offset, TICKETFLOW_DATA_DIR: dataDir, TICKETFLOW_BACKENDS };
    return new KillablePlatform({ ...place, ...variables(readConfig(place).ports) });
  }

  private constructor(variables: Record<string, string>) {
    this.#variables = variables;
    this.config = readConfig(variables);
    this.url = httpUrl(this.config, "gateway");
    process.once("exit", () => this.#signalAll());
  }

  /** Starts it on the data that there is. @returns what it printed, and how long that took, in ms */
  async start(): Promise<{ printed: string; ms: number }> {
    const { root } = this.config;
    const begun = performance.now();
    // npm says on which Node it runs: that is the one that a person's `npm start` begins on.
    const node = process.env.npm_node_execpath ?? process.execPath;
    const launcher = spawn(node, [join(root, "local/cli/run.mjs"), "start"], {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...this.#variables },
    });
    this.#launcher = launcher;
    let printed = "";
    const collect = (chunk: Buffer) => {
      printed += chunk.toString("utf8");
    };
    launcher.stdout.on("data", collect);
    launcher.stderr.on("data", collect);
    while (!printed.includes(READY)) {
      if (hasEnded(launcher)) throw new Error(`the platform did not start:\n${printed}`);
      if (performance.now() - begun > START_LIMIT_MS) {
        throw new Error(`the platform was not up within ${START_LIMIT_MS / 1000} s:\n${printed}`);
      }
      await delay(5);
    }
    return { printed, ms: performance.now() - begun };
  }

  /** Every living process of it, the launcher first. */
  processes(): number[] {
    const launcher = this.#launcher;
    const first = launcher?.pid && !hasEnded(launcher) ? [launcher.pid] : [];
    const { parts = {} } = readRunRecord(this.config.dataDir) ?? {};
    const leaders = Object.keys(parts).flatMap((name) => this.pidOf(name) ?? []);
    return processTree([...first, ...leaders]);
  }

  /** kill -9 of everything at once: launcher, supervisor, every part with all of its processes. */
  async killAll(): Promise<void> {
    const killed = this.#signalAll();
    const begun = performance.now();
    while (processTree(killed).length > 0) {
      if (performance.now() - begun > KILL_LIMIT_MS)
        throw new Error(`${processTree(killed)} outlived a kill -9`);
      await delay(5);
    }
  }

  #signalAll(): number[] {
    const all = this.#launcher ? this.processes() : [];
    this.#launcher = null;
    for (const pid of all) kill(pid);
    return all;
  }

  /** kill -9 of one part with all of its processes; the supervisor is to start it again. */
  killPart(name: string): void {
    for (const pid of this.#processesOf(name)) kill(pid);
  }

  /** Stops one part where it stands: it is there, and answers nothing, until it is let go on. */
  pausePart(name: string): void {
    for (const pid of this.#processesOf(name)) process.kill(pid, "SIGSTOP");
  }

  resumePart(name: string): void {
    for (const pid of this.#processesOf(name)) process.kill(pid, "SIGCONT");
  }

  #processesOf(name: string): number[] {
    const leader = this.pidOf(name);
    if (leader === undefined) throw new Error(`no part ${name} is running`);
    return processTree([leader]);
  }

  /** The pid of a part's leading process, while it lives. */
  pidOf(name: string): number | undefined {
    const recorded = readRunRecord(this.config.dataDir)?.parts[name]?.process;
    return recorded && isRunning(recorded) ? recorded.pid : undefined;
  }

  /** Stops it in order, as Ctrl-C does. */
  async stop(): Promise<void> {
    const launcher = this.#launcher;
    if (!launcher) return;
    launcher.kill("SIGINT");
    const begun = performance.now();
    while (!hasEnded(launcher) && performance.now() - begun < STOP_LIMIT_MS) await delay(20);
    await this.killAll();
  }

  /** Stops it and deletes its data. */
  async takeAway(): Promise<void> {
    await this.stop();
    const { dataDir } = this.config;
    await wipePostgres({ dataDir: join(dataDir, "postgres") });
    rmSync(join(dataDir, ".."), { recursive: true, force: true });
  }
}

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    // It has ended by itself meanwhile.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
