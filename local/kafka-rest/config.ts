import { readFileSync } from "node:fs";
import { type Environment, listenAddress, portNumber, required, wholeNumber } from "../shared/environment.ts";
import type { BrokersOptions, SaslMechanism } from "./log-store/brokers/options.ts";

/** Where the records are: in a folder of this process's own, or with Kafka brokers. */
export type LogConfig = { dataDir: string } | { brokers: BrokersOptions };
export type Config = { port: number; host: string; log: LogConfig; username: string; password: string };

/** Kafka's own names of what `KAFKA_SASL_MECHANISM` may be. */
const SASL_MECHANISMS: Record<string, SaslMechanism> = {
  plain: "PLAIN",
  "scram-sha-256": "SCRAM-SHA-256",
  "scram-sha-512": "SCRAM-SHA-512",
};
/** Each copy is a broker; no cluster keeps more of one partition. */
const MAX_REPLICATION_FACTOR = 9;
const MAX_BROKERS = 100;

/** Reads and checks the environment; throws an error that names the variable. */
export function readConfig(env: Environment): Config {
  const username = required(env, "KAFKA_REST_USERNAME");
  // RFC 7617: everything before the first colon is the user.
  if (username.includes(":")) throw new Error("KAFKA_REST_USERNAME must not contain a colon");
  return {
    port: portNumber(env),
    host: listenAddress(env),
    log: env.KAFKA_BROKERS ? { brokers: readBrokers(env) } : { dataDir: required(env, "DATA_DIR") },
    username,
    password: required(env, "KAFKA_REST_PASSWORD"),
  };
}

function readBrokers(env: Environment): BrokersOptions {
  return {
    brokers: readAddresses(required(env, "KAFKA_BROKERS")),
    tls: readTls(env),
    sasl: readSasl(env),
    replicationFactor: wholeNumber(env, "KAFKA_REPLICATION_FACTOR", {
      min: 1,
      max: MAX_REPLICATION_FACTOR,
      fallback: 1,
    }),
  };
}

function readAddresses(text: string): string[] {
  const addresses = text.split(",").map((address) => address.trim());
  const wrong = addresses.find((address) => {
    const [, port] = /^[A-Za-z0-9._-]+:(\d{1,5})$/.exec(address) ?? [];
    return port === undefined || Number(port) < 1 || Number(port) > 65_535;
  });
  if (wrong !== undefined || addresses.length > MAX_BROKERS) {
    throw new Error(`KAFKA_BROKERS must be host:port, or at most ${MAX_BROKERS} of them separated by commas`);
  }
  return addresses;
}

function readTls(env: Environment): BrokersOptions["tls"] {
  const { KAFKA_TLS: tls, KAFKA_TLS_CA_FILE: caFile } = env;
  if (tls && tls !== "true" && tls !== "false") throw new Error("KAFKA_TLS must be true or false");
  if (tls !== "true") {
    if (caFile) throw new Error("KAFKA_TLS_CA_FILE needs KAFKA_TLS=true");
    return undefined;
  }
  if (!caFile) return {};
  try {
    return { ca: readFileSync(caFile) };
  } catch (error) {
    throw new Error(`KAFKA_TLS_CA_FILE cannot be read: ${(error as Error).message}`);
  }
}

function readSasl(env: Environment): BrokersOptions["sasl"] {
  const name = env.KAFKA_SASL_MECHANISM;
  if (!name) {
    if (env.KAFKA_SASL_USERNAME) throw new Error("KAFKA_SASL_USERNAME needs KAFKA_SASL_MECHANISM");
    return undefined;
  }
  const mechanism = SASL_MECHANISMS[name.toLowerCase()];
  if (!mechanism) {
    throw new Error(`KAFKA_SASL_MECHANISM must be ${Object.keys(SASL_MECHANISMS).join(", ")}`);
  }
  return {
    mechanism,
    username: required(env, "KAFKA_SASL_USERNAME"),
    password: required(env, "KAFKA_SASL_PASSWORD"),
  };
}
