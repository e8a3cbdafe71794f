import { spawn } from "node:child_process";
import { CliError } from "./cli-error.mjs";

const PASSED_ON = ["SIGINT", "SIGTERM", "SIGHUP"];
/**
 * A Ctrl-C reaches this process from the terminal and a second time from npm, which passes it on. A person who
 * means a second one takes longer than this.
 */
const SAME_SIGNAL_MS = 500;

/**
 * Runs `script` on another Node and answers its exit code (128 + n where a signal ended it).
 *
 * The child leads a session of its own: it would otherwise get each Ctrl-C from the terminal as well as from us.
 * The channel between the two tells the child when we are gone, however that came about (see orphan-guard.mjs).
 */
export function launch({ node, script, args, onSpawn }) {
  const guard = new URL("./orphan-guard.mjs", import.meta.url).href;
  return new Promise((resolve, reject) => {
    const child = spawn(node, ["--disable-warning=ExperimentalWarning", "--import", guard, script, ...args], {
      stdio: ["inherit", "inherit", "inherit", "ipc"],
      detached: true,
      env: { ...process.env, TICKETFLOW_LAUNCHED: "1" },
    });
    child.once("error", (error) => reject(new CliError(`${node} could not be run: ${error.message}`)));
    if (child.pid !== undefined) onSpawn(child.pid);

    const lastAt = {};
    for (const signal of PASSED_ON) {
      process.on(signal, () => {
        const now = performance.now();
        if (now - (lastAt[signal] ?? -Infinity) > SAME_SIGNAL_MS) child.kill(signal);
        lastAt[signal] = now;
      });
    }
    child.once("exit", (code, signal) => resolve(code ?? 128 + (SIGNAL_NUMBERS[signal] ?? 1)));
  });
}

const SIGNAL_NUMBERS = { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGABRT: 6, SIGKILL: 9, SIGSEGV: 11, SIGTERM: 15 };
