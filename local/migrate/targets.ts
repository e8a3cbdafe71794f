import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { parseEnv } from "node:util";
import { CommandError, UsageError } from "../cli/command.ts";
import { type Config, HOST, httpUrl } from "../config.ts";
import { MONGO_SERVICES, POSTGRES_SERVICES, platformSecrets } from "../parts/secrets.ts";
import { KAFKA_USERNAME, mongoUri } from "../parts/stores.ts";
import { migratePostgres } from "./migrate.ts";
import { migrateMongo } from "./mongo.ts";
import type { Outcome } from "./outcome.ts";
import { type KafkaFront, migrateTopics } from "./topics.ts";

/** One thing to migrate. */
export interface Target {
  part: "postgres" | "mongo" | "topics";
  /** The service whose database it is; the front's address for topics. */
  name: string;
  run(dryRun: boolean): Promise<Outcome>;
}

/** What this machine's platform has. @throws CommandError when none was ever started in the data folder */
export function platformTargets(config: Config): Target[] {
  if (!existsSync(join(config.dataDir, "secrets.json"))) {
    throw new CommandError(`There is no platform in ${config.dataDir}: run \`npm start\`.`);
  }
  const { postgres, kafkaRest } = platformSecrets(config.dataDir);
  const { root, ports } = config;
  return [
    ...POSTGRES_SERVICES.map((service) =>
      postgresTarget(root, service, {
        host: HOST,
        port: ports.postgres,
        service,
        password: postgres[service],
      }),
    ),
    ...MONGO_SERVICES.map((service) => mongoTarget(root, service, mongoUri(config, service))),
    topicsTarget({ url: httpUrl(config, "kafkaRest"), username: KAFKA_USERNAME, password: kafkaRest }),
  ];
}

/**
 * What Workers use by their variables.
 * @param named `<service>=<file>`, or a file in the folder of its Worker; each in the form of a `.dev.vars`
 * @throws UsageError naming the file, and the variable that is absent, malformed or at odds with another file's
 */
export function hostedTargets(root: string, named: string[]): Target[] {
  const postgres: Target[] = [];
  const mongo: Target[] = [];
  const fronts = new Map<string, KafkaFront>();
  const services = new Set<string>();
  for (const name of named) {
    const { service, file } = serviceOf(root, name);
    if (services.has(service)) throw new UsageError(`${service} is named twice.`);
    services.add(service);
    const variables = readVariables(file);
    const need = (variable: string) => {
      if (variables[variable]) return variables[variable];
      throw new UsageError(`${file}: ${variable} is not set, and ${service} needs it.`);
    };
    if (existsSync(join(root, "migrations/postgres", service))) {
      const connectionString = postgresAddress(file, need("DATABASE_URL"));
      postgres.push(postgresTarget(root, service, { connectionString }));
    }
    if (existsSync(join(root, "migrations/mongo", `${service}.json`))) {
      mongo.push(mongoTarget(root, service, mongoAddress(file, need("MONGODB_URI"))));
    }
    if (!variables.KAFKA_REST_URL) continue;
    const url = need("KAFKA_REST_URL");
    if (!/^https?:/.test(url) || !URL.canParse(url))
      throw new UsageError(`${file}: KAFKA_REST_URL is no http or https address.`);
    fronts.set(url, {
      ...{ url, username: need("KAFKA_REST_USERNAME"), password: need("KAFKA_REST_PASSWORD") },
      protocol: variables.KAFKA_PROTOCOL === "pandaproxy" ? "pandaproxy" : "upstash",
    });
  }
  if (fronts.size > 1) {
    throw new UsageError(
      `All Workers share one Kafka; these files name ${[...fronts.keys()].join(" and ")}.`,
    );
  }
  const targets = [...postgres, ...mongo, ...[...fronts.values()].map(topicsTarget)];
  if (targets.length === 0) throw new UsageError("None of these Workers has anything to migrate.");
  return targets;
}

function postgresTarget(
  root: string,
  service: string,
  address: { host: string; port: number; service: string; password: string } | { connectionString: string },
): Target {
  const dir = join(root, "migrations/postgres", service);
  const run = async (dryRun: boolean) => ({
    applied: await migratePostgres({ ...address, dir, dryRun }),
    notes: [],
  });
  return { part: "postgres", name: service, run };
}

function mongoTarget(root: string, service: string, uri: string): Target {
  const file = join(root, "migrations/mongo", `${service}.json`);
  return { part: "mongo", name: service, run: (dryRun) => migrateMongo({ uri, file, dryRun }) };
}

function topicsTarget(front: KafkaFront): Target {
  return { part: "topics", name: new URL(front.url).host, run: (dryRun) => migrateTopics(front, { dryRun }) };
}

function serviceOf(root: string, named: string): { service: string; file: string } {
  const [, before, after] = /^([a-z-]+)=(.+)$/.exec(named) ?? [];
  const file = after ?? named;
  const service = before ?? basename(dirname(file));
  const known = readdirSync(join(root, "workers"));
  if (known.includes(service)) return { service, file };
  throw new UsageError(
    `"${named}" names no Worker: give <service>=<file>, or a file in a folder of the Worker's name (${known.join(", ")}).`,
  );
}

function readVariables(file: string): Record<string, string | undefined> {
  try {
    return parseEnv(readFileSync(file, "utf8"));
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${(error as Error).message}`);
  }
}

/** The names of TLS modes that verify the server's certificate with what this machine trusts; pg has one for them. */
const VERIFYING = new Set(["prefer", "require", "verify-ca"]);

/** As pg takes it. An address of Neon's pooler is made the direct one: a pooled session cannot hold a lock. */
function postgresAddress(file: string, text: string): string {
  if (!URL.canParse(text) || !/^postgres(ql)?:/.test(text)) {
    throw new UsageError(`${file}: DATABASE_URL is no Postgres connection string.`);
  }
  const url = new URL(text);
  if (url.hostname.endsWith(".neon.tech")) url.hostname = url.hostname.replace("-pooler.", ".");
  const { searchParams } = url;
  if (VERIFYING.has(searchParams.get("sslmode") ?? "") && !searchParams.has("uselibpqcompat")) {
    searchParams.set("sslmode", "verify-full");
  }
  return url.href;
}

function mongoAddress(file: string, text: string): string {
  if (/^mongodb(\+srv)?:\/\/[^/]+\/[^?]+/.test(text)) return text;
  throw new UsageError(`${file}: MONGODB_URI is no MongoDB connection string with a database in it.`);
}
