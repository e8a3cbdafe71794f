import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { required } from "../../shared/environment.ts";

/*
 * Holds `docker compose up` in the foreground. However that ends, a `docker compose stop` follows: `up` stops its
 * containers when it gets a signal itself, but the `docker` in front of it tells it only by ending a connection, and then
 * it may take that for the end of its work and leave them running (docker/compose 5.6, pkg/compose/up.go: runEventLoop
 * waits for both at once). Volumes stay.
 */

/** Containers end within a grace period of their own (docker-compose.yml); this is for one that has none. */
const STOP_TIMEOUT_S = 60;

const compose: string[] = JSON.parse(required(process.env, "COMPOSE_ARGUMENTS"));

const docker = (...args: string[]): ChildProcess =>
  spawn("docker", [...compose, ...args], { stdio: "inherit" });

/** The exit code; 1 for a signal and for a program that could not be run. */
async function endOf(child: ChildProcess): Promise<number> {
  try {
    const [code] = await once(child, "exit");
    return code ?? 1;
  } catch (error) {
    console.error(String(error));
    return 1;
  }
}

let up: ChildProcess | undefined;
let isAsked = false;
// Before anything is started: a signal in between would leave it running.
for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.on(signal, () => {
    if (isAsked) return;
    isAsked = true;
    up?.kill("SIGTERM");
  });
}
up = docker("up", "--build", "--remove-orphans", "--no-color");
const upCode = await endOf(up);
if (!isAsked) console.error(`docker compose up ended by itself, with code ${upCode}`);
const stopCode = await endOf(docker("stop", "--timeout", String(STOP_TIMEOUT_S)));
process.exit(isAsked ? stopCode : 1);
