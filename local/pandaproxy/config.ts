import { readConfig as readKafkaRest } from "../kafka-rest/config.ts";
import { type Environment, portNumber } from "../shared/environment.ts";

/** Reads and checks the environment; throws an error that names the variable. Credentials are the REST front's. */
export function readConfig(env: Environment) {
  return { kafkaRest: readKafkaRest(env), port: portNumber(env, "PANDAPROXY_PORT") };
}
