import type { IncomingHttpHeaders } from "node:http";
import type { ConsumerGroups } from "../groups/consumer-groups.ts";
import type { InstanceSettings } from "../groups/instance.ts";
import {
  DEFAULT_AUTO_COMMIT_INTERVAL_MS,
  DEFAULT_FETCH_TIMEOUT_MS,
  DEFAULT_SESSION_TIMEOUT_MS,
  MAX_AUTO_COMMIT_INTERVAL_MS,
  MAX_POSITIONS_PER_REQUEST,
  MAX_SESSION_TIMEOUT_MS,
  MIN_SESSION_TIMEOUT_MS,
} from "../limits.ts";
import type { LogStore } from "../log-store/log-store.ts";
import { RestError } from "../rest-error.ts";
import { asMessage } from "./fetch.ts";
import {
  asGroupName,
  asInteger,
  asList,
  asObject,
  assertDistinct,
  asTopicPartitionOffset,
  requireTopic,
} from "./fields.ts";
import type { LongPolls } from "./long-polls.ts";
import { parseTimeout, type RestRequest } from "./request.ts";
import type { Route } from "./router.ts";

const SUCCESS = { result: "Success", status: 200 };

/** The Consume and Commit APIs: https://upstash.com/docs/kafka/rest/restconsumer#consume-api */
export function consumeRoutes(store: LogStore, groups: ConsumerGroups, longPolls: LongPolls): Route[] {
  async function consume(request: RestRequest, topicNames: unknown[], timeout: unknown) {
    const { group, instance } = asMember(request);
    const timeoutMs = parseTimeout(timeout ?? undefined, DEFAULT_FETCH_TIMEOUT_MS);
    const known = await store.topics();
    const topics = [...new Set(topicNames.map((name) => requireTopic(known, name).name))];
    if (topics.length === 0) throw new RestError(400, "a consume request needs topic or topics");
    let gone = false;
    request.onClientGone(() => {
      gone = true;
    });
    const records = await groups.consume(
      group,
      instance,
      topics,
      parseSettings(request.headers),
      (subscribe) => longPolls.wait(request, timeoutMs, subscribe),
      () => gone,
    );
    return records.map(asMessage);
  }

  return [
    {
      methods: ["GET", "POST"],
      path: "/consume/:group/:instance/:topic",
      handle: (request) => consume(request, [request.params[2]], request.query.get("timeout")),
    },
    {
      methods: ["GET", "POST"],
      path: "/consume/:group/:instance",
      handle: (request) => {
        const { topic, topics, timeout } = asObject(request.body, "a consume request");
        const named = asList(topics ?? [], MAX_POSITIONS_PER_REQUEST, "topics");
        return consume(request, topic === undefined ? named : [topic, ...named], timeout);
      },
    },
    {
      methods: ["GET", "POST"],
      path: "/commit/:group/:instance",
      handle: async (request) => {
        const { group, instance } = asMember(request);
        const offsets = asList(request.body ?? [], MAX_POSITIONS_PER_REQUEST, "offsets");
        if (offsets.length === 0) await groups.commitDelivered(group, instance);
        else {
          const topics = await store.topics();
          const parsed = offsets.map((item) => asTopicPartitionOffset(topics, item));
          assertDistinct(parsed);
          await store.commit(group, parsed);
        }
        return SUCCESS;
      },
    },
    {
      methods: ["POST", "DELETE"],
      path: "/delete-consumer/:group/:instance",
      handle: async (request) => {
        const { group, instance } = asMember(request);
        await groups.remove(group, instance);
        return SUCCESS;
      },
    },
    { methods: ["GET"], path: "/consumers", handle: async () => groups.list() },
  ];
}

function asMember({ params: [group, instance] }: RestRequest): { group: string; instance: string } {
  return {
    group: asGroupName(group, "the consumer group"),
    instance: asGroupName(instance, "the instance"),
  };
}

/** The documented request headers of the Consume API, with their documented defaults. */
function parseSettings(headers: IncomingHttpHeaders): InstanceSettings {
  const autoCommit = headers["kafka-enable-auto-commit"] ?? "true";
  if (autoCommit !== "true" && autoCommit !== "false") {
    throw new RestError(400, "Kafka-Enable-Auto-Commit must be true or false");
  }
  const offsetReset = headers["kafka-auto-offset-reset"] ?? "latest";
  if (offsetReset !== "earliest" && offsetReset !== "latest" && offsetReset !== "none") {
    throw new RestError(400, "Kafka-Auto-Offset-Reset must be earliest, latest or none");
  }
  return {
    autoCommit: autoCommit === "true",
    autoCommitIntervalMs: asInteger(
      Number(headers["kafka-auto-commit-interval"] ?? DEFAULT_AUTO_COMMIT_INTERVAL_MS),
      "Kafka-Auto-Commit-Interval",
      1,
      MAX_AUTO_COMMIT_INTERVAL_MS,
    ),
    offsetReset,
    sessionTimeoutMs: asInteger(
      Number(headers["kafka-session-timeout-ms"] ?? DEFAULT_SESSION_TIMEOUT_MS),
      "Kafka-Session-Timeout-Ms",
      MIN_SESSION_TIMEOUT_MS,
      MAX_SESSION_TIMEOUT_MS,
    ),
  };
}
