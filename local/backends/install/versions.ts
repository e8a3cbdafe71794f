import { debianPostgres, debianRedis } from "./debian.ts";
import { FERRETDB_VERSION, ferretdb } from "./ferretdb.ts";
import { javaVersion, KAFKA_VERSION, kafkaJars } from "./kafka.ts";

/**
 * Fetches what is not there yet, and answers each server with its version.
 * @param log told what is being fetched, which the first time takes minutes
 * @throws InstallError that says what is missing
 */
export async function installServers(
  log: (line: string) => void,
): Promise<[server: string, version: string][]> {
  log("PostgreSQL and Redis, from Debian's packages");
  const postgres = await debianPostgres();
  const redis = await debianRedis();
  log(`Apache Kafka ${KAFKA_VERSION}, from its published jars`);
  await kafkaJars();
  log(`FerretDB ${FERRETDB_VERSION}, built from its module`);
  await ferretdb();
  return [
    ["PostgreSQL", `${postgres.version} (Debian)`],
    ["Redis", `${redis.version} (Debian)`],
    ["Apache Kafka", `${KAFKA_VERSION} (KRaft, Java ${(await javaVersion()) ?? "unknown"})`],
    ["FerretDB", `${FERRETDB_VERSION} (PostgreSQL behind it)`],
  ];
}
