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
import { asMember, NO_CONSUMERS, SUCCESS } from "./commit.ts";
import { asMessage } from "./fetch.ts";
import { asInteger, asList, asObject, requireTopic, withTopics } from "./fields.ts";
import type { LongPolls } from "./long-polls.ts";
import { parseTimeout, type RestRequest } from "./request.ts";
import type { Route } from "./router.ts";

/** The Consume API: https://upstash.com/docs/kafka/rest/restconsumer#consume-api */
export function consumeRoutes(store: LogStore, groups: ConsumerGroups, longPolls: LongPolls): Route[] {
  async function consume(request: RestRequest, topicNames: unknown[], timeout: unknown) {
    const { group, instance } = asMember(request);
    const timeoutMs = parseTimeout(timeout ?? undefined, DEFAULT_FETCH_TIMEOUT_MS);
    const topics = await withTopics(store, (known) => [
      ...new Set(topicNames.map((name) => requireTopic(known, name).name)),
    ]);
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

/** In place of the Consume API where several fronts serve one log: an instance's partitions would live in one of them. */
export function refusingConsumeRoutes(): Route[] {
  const refuse = async () => {
    throw new RestError(501, NO_CONSUMERS);
  };
  return [
    { methods: ["GET", "POST"], path: "/consume/:group/:instance/:topic", handle: refuse },
    { methods: ["GET", "POST"], path: "/consume/:group/:instance", handle: refuse },
    { methods: ["POST", "DELETE"], path: "/delete-consumer/:group/:instance", handle: refuse },
    { methods: ["GET"], path: "/consumers", handle: refuse },
  ];
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
