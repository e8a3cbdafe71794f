import { Kafka } from "@upstash/kafka";
import { Redis } from "@upstash/redis/cloudflare";
import { kafkaRest } from "#shared/log/kafka-rest.ts";
import { pandaproxy } from "#shared/log/pandaproxy/pandaproxy.ts";
import type { NewRecord, Position } from "#shared/log/topic-log.ts";
import { upstashClient } from "#shared/redis/client.ts";

/** What is compared, for Node and for workerd alike. Each job says for how many ms one of its operations took. */

/** Where the servers are. */
export interface Servers {
  kafka: string;
  proxy: string;
  redis: string;
  /** Answers 401 to everything, and counts. */
  refusing: string;
  username: string;
  password: string;
  token: string;
  /** As many as the widest consumer reads, each with one partition. */
  topics: string[];
  /** As many with records to read. */
  filled: string[];
  /** As many to write to: what is read stays as large as it is. */
  written: string[];
}

export interface Job {
  operation: string;
  client: string;
  /** Operations one after another, timed together: a runtime's clock may tell whole ms only. */
  count: number;
}

type Operation = (servers: Servers) => Promise<() => Promise<unknown>>;

const BATCH = 100;
const COMMANDS = 20;
const WAIT_MS = 1_000;
/** Long enough for every variant to be waiting by then. */
const QUIET_MS = 150;
const TEXT = JSON.stringify({ id: "booking.initiated:bkg_0", data: "x".repeat(700) });

const batch = ({ written }: Servers): NewRecord[] =>
  Array.from({ length: BATCH }, (_, n) => ({
    topic: written[n % written.length]!,
    partition: 0,
    key: `k${n}`,
    value: TEXT,
  }));

const logOf = ({ kafka: url, username, password }: Servers) => kafkaRest({ url, username, password });
const proxyOf = ({ proxy: url, username, password }: Servers) => pandaproxy({ url, username, password });
const kafkaOf = ({ kafka: url, username, password }: Servers) => new Kafka({ url, username, password });
const redisOf = ({ redis, token }: Servers) => upstashClient(redis, token, 60_000);

/** Reads from the beginning of topics that have records. */
const startsOf = ({ filled }: Servers): Position[] =>
  filled.map((topic) => ({ topic, partition: 0, offset: 0 }));

/**
 * Waits at the ends of all topics; then a record comes to the last of them. What is timed is from its sending to its
 * arrival.
 */
const arrival =
  (fetch: (servers: Servers, ends: Position[]) => Promise<unknown[]>): Operation =>
  async (servers) => {
    const log = logOf(servers);
    const places = servers.topics.map((topic) => ({ topic, partition: 0 }));
    const ends = await log.offsets("latest", places);
    const waiting = fetch(servers, ends);
    await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
    return async () => {
      await log.produce([{ topic: servers.topics.at(-1)!, partition: 0, key: "k", value: TEXT }]);
      if ((await waiting).length === 0) throw new Error("the wait was over before the record came");
    };
  };

async function plainRedis({ redis, token }: Servers, path: string, body: unknown): Promise<unknown> {
  const response = await fetch(redis + path, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(60_000),
  });
  if (!response.ok) throw new Error(`${response.status}`);
  return response.json();
}

/** The refusal itself is what is waited for. */
async function refused(work: Promise<unknown>): Promise<void> {
  const isRefused = await work.then(
    () => false,
    () => true,
  );
  if (!isRefused) throw new Error("it was not refused");
}

export const OPERATIONS: Record<string, Record<string, Operation>> = {
  "Kafka: produce 100 records": {
    "plain request": async (servers) => () => logOf(servers).produce(batch(servers)),
    "@upstash/kafka": async (servers) => () => kafkaOf(servers).producer().produceMany(batch(servers)),
    "plain, Redpanda's proxy": async (servers) => () => proxyOf(servers).produce(batch(servers)),
  },
  "Kafka: fetch 13 positions with records": {
    "plain request": async (servers) => () => logOf(servers).fetch(startsOf(servers), 0),
    "@upstash/kafka, not parallel": async (servers) => () =>
      kafkaOf(servers)
        .consumer()
        .fetch({ topicPartitionOffsets: startsOf(servers), timeout: 1 }, { parallel: false }),
    "@upstash/kafka as it comes": async (servers) => () =>
      kafkaOf(servers)
        .consumer()
        .fetch({ topicPartitionOffsets: startsOf(servers), timeout: 1 }),
    "plain, Redpanda's proxy": async (servers) => () => proxyOf(servers).fetch(startsOf(servers), 0),
  },
  "Kafka: wait at 13 positions, a record comes to one": {
    "plain request": arrival((servers, ends) => logOf(servers).fetch(ends, WAIT_MS)),
    "@upstash/kafka, not parallel": arrival((servers, ends) =>
      kafkaOf(servers)
        .consumer()
        .fetch({ topicPartitionOffsets: ends, timeout: WAIT_MS }, { parallel: false }),
    ),
    "@upstash/kafka as it comes": arrival((servers, ends) =>
      kafkaOf(servers).consumer().fetch({ topicPartitionOffsets: ends, timeout: WAIT_MS }),
    ),
    "plain, Redpanda's proxy": arrival((servers, ends) => proxyOf(servers).fetch(ends, WAIT_MS)),
  },
  "Kafka: a call with a wrong password": {
    "plain request": async (servers) => () => refused(logOf({ ...servers, kafka: servers.refusing }).ping()),
    "@upstash/kafka as it comes": async (servers) => () =>
      refused(
        kafkaOf({ ...servers, kafka: servers.refusing })
          .admin()
          .topics(),
      ),
  },
  "Redis: get": {
    "plain request": async (servers) => () => plainRedis(servers, "/", ["get", "k"]),
    "@upstash/redis as we set it": async (servers) => () => redisOf(servers).get("k"),
    "@upstash/redis as it comes":
      async ({ redis: url, token }) =>
      () =>
        new Redis({ url, token }).get("k"),
  },
  "Redis: pipeline of 20": {
    "plain request": async (servers) => () =>
      plainRedis(
        servers,
        "/pipeline",
        Array.from({ length: COMMANDS }, () => ["set", "k", TEXT, "px", 60_000]),
      ),
    "@upstash/redis as we set it": async (servers) => () => pipelined(redisOf(servers)),
    "@upstash/redis as it comes":
      async ({ redis: url, token }) =>
      () =>
        pipelined(new Redis({ url, token })),
  },
  "Redis: a call with a wrong token": {
    "plain request": async (servers) => () =>
      refused(plainRedis({ ...servers, redis: servers.refusing }, "/", ["get", "k"])),
    "@upstash/redis as we set it": async (servers) => () =>
      refused(redisOf({ ...servers, redis: servers.refusing }).get("k")),
    "@upstash/redis as it comes":
      async ({ refusing: url, token }) =>
      () =>
        refused(new Redis({ url, token }).get("k")),
  },
};

function pipelined(redis: Redis): Promise<unknown> {
  const pipeline = redis.pipeline();
  for (let n = 0; n < COMMANDS; n += 1) pipeline.set("k", TEXT, { px: 60_000 });
  return pipeline.exec();
}

/** How long one operation took, in ms. */
export async function timed(servers: Servers, { operation, client, count }: Job): Promise<number> {
  const prepare = OPERATIONS[operation]![client]!;
  let total = 0;
  for (let n = 0; n < count; n += 1) {
    const act = await prepare(servers);
    const startedAt = performance.now();
    await act();
    total += performance.now() - startedAt;
  }
  return total / count;
}
