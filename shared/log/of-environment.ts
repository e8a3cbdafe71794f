import type { KafkaVariables } from "../config/environment.ts";
import type { Logger } from "../observability/log.ts";
import { kafkaRest } from "./kafka-rest.ts";
import { pandaproxy } from "./pandaproxy/pandaproxy.ts";
import type { TopicLog } from "./topic-log.ts";

const PROTOCOLS = { upstash: kafkaRest, pandaproxy };

/** The log that a Worker's variables name, by the protocol that they name. @param logger who is told of an outage */
export function topicLog(variables: KafkaVariables, logger: Logger): TopicLog {
  return PROTOCOLS[variables.KAFKA_PROTOCOL]({
    url: variables.KAFKA_REST_URL,
    username: variables.KAFKA_REST_USERNAME,
    password: variables.KAFKA_REST_PASSWORD,
    logger,
  });
}
