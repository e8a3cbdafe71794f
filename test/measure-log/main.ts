import { parseArgs } from "node:util";

/**
 * Measures one Kafka REST front, whatever lies behind it:
 *
 *     node test/measure-log/main.ts --url http://127.0.0.1:5483 --username u --password p
 *
 * Prints how many records a second it takes in requests of 1 and of 100 records, and how long a record takes from the
 * request that produces it to a consumer that waits for it, beside the consumers of a whole platform.
 */

/** A run's length: longer than any pause of a garbage collector or a disk. */
const RUN_MS = 5_000;
const PARTITIONS = 8;
/** As many as the platform has topics' consumers: each waits for all topics of its service in one partition. */
const CONSUMERS = 48;
const TOPICS_PER_CONSUMER = 5;
const VALUE = "x".repeat(400);

const { values: options } = parseArgs({
  options: {
    url: { type: "string" },
    username: { type: "string" },
    password: { type: "string" },
  },
});
const { url, username, password } = options;
if (!url || !username || !password) throw new Error("--url, --username and --password are needed");
const authorization = `Basic ${btoa(`${username}:${password}`)}`;

async function call(path: string, body: unknown, method = "POST"): Promise<unknown> {
  const response = await fetch(url + path, {
    method,
    headers: { authorization, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return await response.json();
}

const prefix = `measure.${Date.now()}`;
const topics = Array.from({ length: TOPICS_PER_CONSUMER }, (_, i) => `${prefix}.${i}`);
await call(
  "/admin/topics",
  topics.map((name) => ({ name, partitions: PARTITIONS, retentionMs: 3_600_000 })),
  "PUT",
);

/** Where the middle, and the slowest, lie; milliseconds, to a tenth. */
function percentiles(timesMs: readonly number[]): { p50: number; p95: number; p99: number } {
  const sorted = timesMs.toSorted((a, b) => a - b);
  const at = (share: number) => {
    const index = Math.min(sorted.length - 1, Math.floor(sorted.length * share));
    return Math.round((sorted[index] ?? Number.NaN) * 10) / 10;
  };
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

/** Requests of `size` records from `atOnce` producers for a while: records a second, and what a request takes. */
async function produce(size: number, atOnce: number) {
  const timesMs: number[] = [];
  const untilMs = performance.now() + RUN_MS;
  await Promise.all(
    Array.from({ length: atOnce }, async (_, producer) => {
      for (let n = 0; performance.now() < untilMs; n += 1) {
        const begunMs = performance.now();
        await call(
          "/produce",
          Array.from({ length: size }, (_, i) => ({
            topic: topics[0],
            partition: (producer + n + i) % PARTITIONS,
            key: `k${i}`,
            value: VALUE,
          })),
        );
        timesMs.push(performance.now() - begunMs);
      }
    }),
  );
  return { perSecond: Math.round((timesMs.length * size * 1_000) / RUN_MS), ...percentiles(timesMs) };
}

/** From the beginning of a produce request to a consumer's answer, where nothing else is going on. */
async function hop(perSecond: number) {
  const sentMs = new Map<string, number>();
  const timesMs: number[] = [];
  let done = false;
  const consumers = Array.from({ length: CONSUMERS }, async (_, consumer) => {
    const partition = consumer % PARTITIONS;
    const latest = (await call(
      "/offsets/latest",
      topics.map((topic) => ({ topic, partition })),
    )) as { topic: string; partition: number; offset: number }[];
    const positions = new Map(latest.map((position) => [position.topic, position]));
    while (!done) {
      const request = { topicPartitionOffsets: [...positions.values()], timeout: 2_000 };
      const records = (await call("/fetch", request)) as { topic: string; offset: number; value: string }[];
      const nowMs = performance.now();
      for (const { topic, offset, value } of records) {
        positions.set(topic, { topic, partition, offset: offset + 1 });
        const sent = sentMs.get(value);
        if (sent !== undefined) timesMs.push(nowMs - sent);
      }
    }
  });
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  const untilMs = performance.now() + RUN_MS;
  for (let n = 0; performance.now() < untilMs; n += 1) {
    const value = `${n}`;
    sentMs.set(value, performance.now());
    void call("/produce", { topic: topics[n % topics.length], partition: n % PARTITIONS, value });
    await new Promise((resolve) => setTimeout(resolve, 1_000 / perSecond));
  }
  done = true;
  await Promise.all(consumers);
  return { seen: timesMs.length, ...percentiles(timesMs) };
}

console.log("1 record, 1 producer:    ", await produce(1, 1));
console.log("1 record, 64 producers:  ", await produce(1, 64));
console.log("100 records, 1 producer: ", await produce(100, 1));
console.log("100 records, 8 producers:", await produce(100, 8));
console.log(`hop, 20 a second, ${CONSUMERS} consumers: `, await hop(20));
console.log(`hop, 200 a second, ${CONSUMERS} consumers:`, await hop(200));
