import { topicsToCreate } from "#shared/saga/wire.ts";
import type { Outcome } from "./outcome.ts";

/** Creating some 40 topics on several brokers takes seconds. */
const LIMIT_MS = 60_000;

export interface KafkaFront {
  /** Address of a Kafka REST front with Upstash's routes, and `PUT /admin/topics`. */
  url: string;
  username: string;
  password: string;
}

/**
 * Creates the saga's topics that are absent, and sets how long each keeps its messages. Safe to repeat, and to run twice
 * at once. Topics that this checkout does not know stay as they are: they are a later version's, and whoever does not
 * know a topic neither reads nor writes it.
 * @throws Error when a topic has another number of partitions, before anything is created, and when the front does not
 *   answer or refuses
 */
export async function migrateTopics(
  front: KafkaFront,
  options: { dryRun?: boolean; signal?: AbortSignal } = {},
): Promise<Outcome> {
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
