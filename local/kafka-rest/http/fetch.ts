import {
  DEFAULT_FETCH_TIMEOUT_MS,
  MAX_BYTES_PER_FETCH,
  MAX_POSITIONS_PER_REQUEST,
  MAX_RECORDS_PER_FETCH,
} from "../limits.ts";
import type { LogRecord, LogStore, TopicPartitionOffset } from "../log-store/log-store.ts";
import { RestError } from "../rest-error.ts";
import {
  asList,
  asObject,
  assertDistinct,
  asTopicPartitionOffset,
  type Topics,
  withTopics,
} from "./fields.ts";
import type { LongPolls } from "./long-polls.ts";
import { parseTimeout, type RestRequest } from "./request.ts";
import type { Route } from "./router.ts";

export const FETCH_LIMITS = { maxRecords: MAX_RECORDS_PER_FETCH, maxBytes: MAX_BYTES_PER_FETCH };

/** The Fetch API: https://upstash.com/docs/kafka/rest/restconsumer#fetch-api */
export function fetchRoutes(store: LogStore, longPolls: LongPolls): Route[] {
  let turn = 0;

  async function fetchRecords(request: RestRequest) {
    const fields = asObject(request.body, "a fetch request");
    const timeoutMs = parseTimeout(fields.timeout, DEFAULT_FETCH_TIMEOUT_MS);
    const positions = await withTopics(store, (topics) => parsePositions(topics, fields));
    // An answer is limited, so the first position served changes from request to request: a busy partition
    // must not keep another one waiting for ever.
    turn = (turn + 1) % MAX_POSITIONS_PER_REQUEST;
    const start = turn % positions.length;
    const rotated = [...positions.slice(start), ...positions.slice(0, start)];

    const records = await store.read(rotated, FETCH_LIMITS, { watchesNext: timeoutMs > 0 });
    if (records.length > 0 || timeoutMs === 0) return records.map(asMessage);
    await longPolls.wait(request, timeoutMs, (done) => store.watch(rotated, done));
    return (await store.read(rotated, FETCH_LIMITS)).map(asMessage);
  }

  return [{ methods: ["GET", "POST"], path: "/fetch", handle: fetchRecords }];
}

/** A record without a key has an empty one in answers, as in https://upstash.com/docs/kafka/rest/restintro */
export function asMessage({ topic, partition, offset, timestamp, key, value, headers }: LogRecord) {
  return { topic, partition, offset, timestamp, key: key ?? "", value, headers };
}

/** One position beside a list of them, or either alone. */
function parsePositions(topics: Topics, fields: Record<string, unknown>): TopicPartitionOffset[] {
  const { topic, topicPartitionOffsets } = fields;
  const items = asList(topicPartitionOffsets ?? [], MAX_POSITIONS_PER_REQUEST, "topicPartitionOffsets");
  const positions = items.map((item) => asTopicPartitionOffset(topics, item));
  if (topic !== undefined) positions.unshift(asTopicPartitionOffset(topics, fields));
  if (positions.length === 0) throw new RestError(400, "a fetch needs topic, partition and offset");
  assertDistinct(positions);
  return positions;
}
