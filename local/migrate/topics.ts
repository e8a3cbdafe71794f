import { topicsToCreate } from "#shared/saga/wire.ts";
import type { Outcome } from "./outcome.ts";

/** Creating some 40 topics on several brokers takes seconds. */
const LIMIT_MS = 60_000;

export interface KafkaFront {
  /** Address of a Kafka REST front with Upstash's routes and `PUT /admin/topics`, or of Redpanda's HTTP proxy. */
  url: string;
  protocol?: "upstash" | "pandaproxy";
  username: string;
  password: string;
}

/**
 * Creates the saga's topics that are absent, and sets how long each keeps its messages. Safe to repeat, and to run twice
 * at once. Topics that this checkout does not know stay as they are: they are a later version's, and whoever does not
 * know a topic neither reads nor writes it.
 *
 * Redpanda's HTTP proxy creates no topics, and tells neither their partitions nor their retention: there it is only seen to
 * that all are there.
 * @throws Error when a topic has another number of partitions, before anything is created; when the proxy has not all
 *   topics; and when the server does not answer or refuses
 */
export async function migrateTopics(
  front: KafkaFront,
  options: { dryRun?: boolean; signal?: AbortSignal } = {},
): Promise<Outcome> {
  if (front.protocol === "pandaproxy") return checkTopics(front, options.signal);
  const wanted = topicsToCreate();
  const present = (await ask(front, "GET", "/topics", options.signal)) as Record<string, number>;
  const others = wanted.filter(({ name, partitions }) => (present[name] ?? partitions) !== partitions);
  if (others.length > 0) {
    const named = others.map(({ name, partitions }) => `${name} has ${present[name]}, not ${partitions}`);
    throw new Error(
      `the number of a topic's partitions never changes, since a key would move to another one: ${named.join("; ")}`,
    );
  }
  // All of them, for their retention; whoever is second meanwhile finds them there.
  if (!options.dryRun) await ask(front, "PUT", "/admin/topics", options.signal, wanted);
  const absent = wanted.filter(({ name }) => present[name] === undefined);
  return { applied: absent.map(({ name }) => `topic ${name}`), notes: [] };
}

async function checkTopics(proxy: KafkaFront, signal?: AbortSignal): Promise<Outcome> {
  const present = new Set((await ask(proxy, "GET", "/topics", signal)) as string[]);
  const absent = topicsToCreate().filter(({ name }) => !present.has(name));
  if (absent.length === 0) {
    return {
      applied: [],
      notes: ["partitions and retention of topics, which Redpanda's proxy does not tell"],
    };
  }
  const commands = absent.map(
    ({ name, partitions, retentionMs }) =>
      `  rpk topic create ${name} --partitions ${partitions} --topic-config retention.ms=${retentionMs}`,
  );
  throw new Error(
    `Redpanda's HTTP proxy creates no topics. Create those that are absent, and run this again:\n${commands.join("\n")}`,
  );
}

async function ask(
  { url, username, password }: KafkaFront,
  method: string,
  path: string,
  signal: AbortSignal = AbortSignal.timeout(LIMIT_MS),
  body?: unknown,
): Promise<unknown> {
  const response = await fetch(`${url.replace(/\/+$/, "")}${path}`, {
    ...{ method, signal },
    headers: {
      authorization: `Basic ${btoa(`${username}:${password}`)}`,
      ...(body ? { "content-type": "application/json" } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 500)}`);
  return JSON.parse(text);
}
