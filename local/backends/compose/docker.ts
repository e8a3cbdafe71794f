import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { PlatformError } from "../../supervisor/part.ts";

/** The oldest Compose that knows `!override` and `!reset`, which the production-like file has, and `start_interval`. */
const OLDEST_COMPOSE = [2, 24, 4] as const;
/** A daemon that answers does so in well under a second; one that is waking up (Docker Desktop) takes longer. */
const ANSWER_LIMIT_MS = 30_000;
/** What an error shows of the program's own words. */
const MAX_REASON = 500;

/** What decides which engine is spoken to, and how: handed on from the shell. */
const DOCKER_VARIABLES = [
  ...["DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG", "DOCKER_CERT_PATH", "DOCKER_TLS_VERIFY"],
  ...["XDG_RUNTIME_DIR", "SSH_AUTH_SOCK", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"],
];

/** Docker's own variables of this process. Nothing else: a variable of the shell would outdo the env file's. */
export function dockerEnvironment(env: NodeJS.ProcessEnv = process.env): Record<string, string> {
  return Object.fromEntries(
    DOCKER_VARIABLES.flatMap((name) => {
      const value = env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/**
 * Resolves when there is an engine and a Compose that can read our files. Else rejects with a PlatformError that says
 * what is missing and what to do; it is read behind the part's name.
 */
export async function requireDocker(signal: AbortSignal): Promise<void> {
  const version = await ask(["compose", "version", "--short"], signal).catch((error: DockerError) => {
    if (error.code === "ENOENT") {
      throw new PlatformError(
        "needs a program `docker` on the PATH, and there is none. Install Docker Engine or Docker Desktop, or leave `--backends compose` out: the embedded backends need neither.",
      );
    }
    throw new PlatformError(
      `needs Docker's Compose plugin (docker-compose-plugin), which \`docker\` does not have here: ${reasonOf(error)}`,
    );
  });
  if (isOlder(version)) {
    throw new PlatformError(
      `needs Docker Compose ${OLDEST_COMPOSE.join(".")} or newer; this is ${version.trim()}.`,
    );
  }
  await ask(["version", "--format", "{{.Server.Version}}"], signal).catch((error: DockerError) => {
    throw new PlatformError(
      `needs Docker's engine, which does not answer. Is it started? ${reasonOf(error)}`,
    );
  });
}

/** Removes a project's containers and volumes. Rejects with PlatformError, in the program's own words. */
export async function removeProject(compose: readonly string[], signal: AbortSignal): Promise<void> {
  await ask([...compose, "down", "--remove-orphans", "--volumes"], signal, 0).catch((error: DockerError) => {
    throw new PlatformError(
      `could not remove what an earlier data folder has left (docker compose down): ${reasonOf(error)}`,
    );
  });
}

type DockerError = Error & { code?: string | number; stderr?: string };

/** A `timeout` of 0 is none: then the signal alone ends it. */
async function ask(args: string[], signal: AbortSignal, timeout = ANSWER_LIMIT_MS): Promise<string> {
  const { stdout } = await promisify(execFile)("docker", args, { signal, timeout });
  return stdout;
}

function reasonOf({ stderr, message }: DockerError): string {
  const [first = ""] = (stderr?.trim() || message).split("\n");
  return first.slice(0, MAX_REASON);
}

/** A version that is not a number (a build of one's own) is taken to be new enough. */
function isOlder(version: string): boolean {
  const found = /^v?(\d+)\.(\d+)\.(\d+)/.exec(version.trim())?.slice(1).map(Number);
  if (!found) return false;
  const at = OLDEST_COMPOSE.findIndex((number, index) => number !== found[index]);
  return at >= 0 && found[at]! < OLDEST_COMPOSE[at]!;
}
