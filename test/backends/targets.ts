import { join } from "node:path";
import { ensureUsers } from "#local/backends/ferretdb/users.ts";
import { debianRedis } from "#local/backends/install/debian.ts";
import { kafkaJars } from "#local/backends/install/kafka.ts";
import { type Config, HOST, httpUrl } from "#local/config.ts";
import { platformSecrets } from "#local/parts/secrets.ts";
import { ferretdbAdminUri, redisUrl } from "#local/parts/servers.ts";
import { KAFKA_USERNAME } from "#local/parts/stores.ts";
import { ensureDatabases } from "#local/postgres/databases.ts";

/** A database, and a user, for suites alone. */
const NAME = "conformance";

/** What FerretDB 1.24 lacks of MongoDB, none of which the platform depends on; which cases that is stands with the cases. */
const FERRETDB_LACKS = [
  ...[
    "aggregation-operators",
    "aggregation-error-codes",
    "all-types",
    "batch-limits",
    "duplicate-key-details",
  ],
  ...["duplicate-key-of-indexes", "duplicate-key-of-updates", "expressions", "find-and-modify-fields"],
  ...["index-options", "multikey-indexes", "partial-indexes", "positional-updates", "projection-of-elements"],
  ...[
    "pull-conditions",
    "push-modifiers",
    "replica-set",
    "ttl-indexes",
    "unique-by-value",
    "update-pipelines",
  ],
  ...["validators", "wire-error-codes"],
];
/** A front over brokers keeps no consumers: any copy of it may get the next request. */
const FRONT_LACKS = ["consume"];

/** Makes the database and the user that the suites have of their own. @returns their password */
async function ensureOwn(config: Config): Promise<string> {
  const { postgresSuperuser: password } = platformSecrets(config.dataDir);
  const services = [{ name: NAME, password }];
  await ensureDatabases({ port: config.ports.postgres, superuserPassword: password, services });
  await ensureUsers(ferretdbAdminUri(config), services);
  return password;
}

/** Where the suites find the servers of a platform, as the variables that they read. */
export async function conformanceVariables(config: Config): Promise<Record<string, string>> {
  const { redisRest, kafkaRest } = platformSecrets(config.dataDir);
  const password = await ensureOwn(config);
  const { postgres, mongo } = config.ports;
  return {
    CONFORMANCE_POSTGRES_URL: `postgres://${NAME}:${password}@${HOST}:${postgres}/${NAME}`,
    CONFORMANCE_POSTGRES_ENDPOINT: httpUrl(config, "neon"),
    CONFORMANCE_MONGO_URL: `mongodb://${NAME}:${password}@${HOST}:${mongo}/${NAME}`,
    CONFORMANCE_MONGO_LACKS: FERRETDB_LACKS.join(),
    CONFORMANCE_REDIS_URL: httpUrl(config, "redisRest"),
    CONFORMANCE_REDIS_TOKEN: redisRest,
    CONFORMANCE_KAFKA_REST_URL: httpUrl(config, "kafkaRest"),
    CONFORMANCE_KAFKA_REST_USERNAME: KAFKA_USERNAME,
    CONFORMANCE_KAFKA_REST_PASSWORD: kafkaRest,
    CONFORMANCE_KAFKA_REST_LACKS: FRONT_LACKS.join(),
  };
}

/** Where tests that ask for a server itself find it, and the programs of those that start one. */
export async function serverVariables(config: Config): Promise<Record<string, string>> {
  const password = await ensureOwn(config);
  return {
    TEST_KAFKA_BROKERS: `${HOST}:${config.ports.kafkaBroker}`,
    TEST_KAFKA_CLASSPATH: await kafkaJars(),
    TEST_REDIS_URL: redisUrl(config),
    TEST_REDIS_SERVER: (await debianRedis()).file,
    TEST_MONGO_URL: `mongodb://${NAME}:${password}@${HOST}:${config.ports.mongo}/?authSource=${NAME}`,
  };
}

/** The command of ours of this name, as its npm script runs it. */
export const scriptOf = (root: string, name: string): string => join(root, "local", "cli", `${name}.ts`);
