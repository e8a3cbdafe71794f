import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type Config, ConfigError, HOST, httpUrl } from "../../config.ts";
import { answersOk } from "../../parts/http.ts";
import { kafkaRestPart, mongoPart, nodeProcess, postgresPart } from "../../parts/stores.ts";
import type { Part, PartAddress } from "../../supervisor/part.ts";
import { dockerEnvironment, removeProject, requireDocker } from "./docker.ts";
import { envFileOf, pagePorts, projectName, writeEnvFile } from "./environment.ts";

/** Images are fetched and built at the first start: some gigabytes over whatever line there is. */
const START_LIMIT_MS = 30 * 60_000;
/** Longer than any container's own (docker-compose.yml has at most a minute), so that none is killed before its time. */
const STOP_GRACE_MS = 90_000;
/** Between two tries while the users of the databases are being made. */
const RETRY_MS = 500;

/** Every backend as a container, by docker-compose.yml. The Workers, Stripe and the console stay outside. */
export function composePart(config: Config): Part {
  const profiles = readProfiles(process.env.TICKETFLOW_COMPOSE_PROFILES);
  const made = join(config.dataDir, "compose.made");
  const compose = composeArguments(config, profiles);
  return {
    name: "compose",
    // None that must be free: containers that a killed start left running are taken over, and Docker itself refuses a
    // port that somebody else has.
    ports: [],
    addresses: addresses(config, profiles),
    startLimitMs: START_LIMIT_MS,
    stopGraceMs: STOP_GRACE_MS,
    async prepare(signal) {
      await requireDocker(signal);
      writeEnvFile(config);
      // A wiped data folder leaves its volumes behind, under passwords that nobody has any more.
      if (!existsSync(made)) await removeProject(compose, signal);
      writeFileSync(made, "");
    },
    command: () =>
      nodeProcess(config, "backends/compose/main.ts", {
        ...dockerEnvironment(),
        COMPOSE_ARGUMENTS: JSON.stringify(compose),
      }),
    async ready(signal) {
      for (const name of ["neon", "kafkaRest", "redisRest"] as const) {
        await answersOk(`${httpUrl(config, name)}/health`, signal);
      }
      await answersOk(`${httpUrl(config, "mailWeb")}/readyz`, signal);
    },
    async afterReady(signal) {
      // The same databases, migrations and topics as on the embedded servers, over the same ports.
      await postgresPart(config).afterReady?.(signal);
      await untilItWorks(signal, () => mongoPart(config).afterReady?.(signal));
      await kafkaRestPart(config).afterReady?.(signal);
    },
  };
}

/** What comes after `docker` whatever is done with the project. */
function composeArguments(config: Config, profiles: readonly string[]): string[] {
  return [
    "compose",
    ...["--project-name", projectName(config)],
    ...["--project-directory", config.root],
    ...["--file", join(config.root, "docker-compose.yml")],
    ...["--env-file", envFileOf(config)],
    ...["--progress", "plain"],
    ...profiles.flatMap((profile) => ["--profile", profile]),
  ];
}

/** TICKETFLOW_COMPOSE_PROFILES: names of profiles, separated by commas. @throws ConfigError */
export function readProfiles(text: string | undefined): string[] {
  if (!text) return [];
  const profiles = text.split(",");
  if (profiles.every((profile) => /^[a-z][a-z0-9-]*$/.test(profile))) return profiles;
  throw new ConfigError(
    `TICKETFLOW_COMPOSE_PROFILES is a list of profiles such as "observability", not "${text}".`,
  );
}

function addresses(config: Config, profiles: readonly string[]): PartAddress[] {
  const { postgres, mongo, mailWeb } = config.ports;
  const pages = pagePorts(config);
  const observability = [
    { label: "Grafana", url: `http://localhost:${pages.grafana}` },
    { label: "Prometheus", url: `http://localhost:${pages.prometheus}` },
    { label: "Jaeger", url: `http://localhost:${pages.jaeger}` },
  ];
  return [
    { label: "Postgres", url: `postgres://${HOST}:${postgres}` },
    { label: "MongoDB", url: `mongodb://${HOST}:${mongo}` },
    { label: "Kafka REST", url: httpUrl(config, "kafkaRest") },
    { label: "Redis REST", url: httpUrl(config, "redisRest") },
    { label: "Mail", url: `http://localhost:${mailWeb}` },
    { label: "Redpanda", url: `http://localhost:${pages.redpandaConsole}` },
    { label: "mongo-express", url: `http://localhost:${pages.mongoExpress}` },
    ...(profiles.includes("observability") ? observability : []),
  ];
}

/** MongoDB answers before its users are there (the service `mongo-setup` makes them): tries until `signal` says it is enough. */
async function untilItWorks(signal: AbortSignal, work: () => Promise<void> | undefined): Promise<void> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      // The last failure says more than that time is up.
      await delay(RETRY_MS, undefined, { signal }).catch(() => {
        throw error;
      });
    }
  }
}
