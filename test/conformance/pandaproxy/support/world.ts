import { randomUUID } from "node:crypto";
import { CREDENTIALS, openTestLog, startTestProxy } from "../../../../local/pandaproxy/testing.ts";
import { conformanceTarget } from "../../support/target.ts";

/** What a case talks to the proxy with. There is no official client. */
export interface World {
  /** A request as the wire has it, with the right credentials unless `authorization` is another, or null for none. */
  raw(method: string, path: string, options?: RawOptions): Promise<RawAnswer>;
  /** Appends values to a topic, one batch a partition. */
  produce(topic: string, records: { partition?: number; key?: string; value?: string }[]): Promise<RawAnswer>;
  /** What a partition has from an offset on. */
  read(topic: string, offset: number, options?: ReadOptions): Promise<RawAnswer>;
  /** A topic of this case alone, with three partitions. */
  topic(): Promise<string>;
  /** A name that nobody else uses. */
  name(): string;
}

interface RawOptions {
  body?: unknown;
  headers?: Record<string, string>;
  authorization?: string | null;
}

interface ReadOptions {
  partition?: number;
  timeout?: number;
  maxBytes?: number;
}

export interface RawAnswer {
  status: number;
  type: string;
  body: unknown;
}

export const PLAIN = "application/vnd.kafka.v2+json";
export const BINARY = "application/vnd.kafka.binary.v2+json";
export const base64 = (text: string): string => Buffer.from(text).toString("base64");

const username = process.env.CONFORMANCE_PANDAPROXY_USERNAME ?? CREDENTIALS.username;
const password = process.env.CONFORMANCE_PANDAPROXY_PASSWORD ?? CREDENTIALS.password;
const credentials = `Basic ${btoa(`${username}:${password}`)}`;

/**
 * Names of topics that exist, with three partitions each, for a proxy that no case can create topics with. Every file has
 * some of its own, and every case one.
 */
const given = (process.env.CONFORMANCE_PANDAPROXY_TOPICS ?? "").split(",").filter((name) => name !== "");

/** Call it at the top of a file, and use what it gives inside cases. @param file the file's number, from 0 */
export function useProxy(file: 0 | 1): World {
  const own = given.filter((_, n) => n % 2 === file);
  let create: (name: string) => Promise<void> = async () => {};
  const target = conformanceTarget("pandaproxy", async () => {
    const { store, close } = await openTestLog();
    create = (name) => store.createTopics([{ name, partitions: 3, retentionMs: 3_600_000 }]);
    const proxy = await startTestProxy(store);
    return {
      url: proxy.url,
      async close() {
        await proxy.close();
        await close();
      },
    };
  });
  const raw: World["raw"] = async (method, path, { body, headers, authorization = credentials } = {}) => {
    const response = await fetch(target().replace(/\/$/, "") + path, {
      method,
      headers: { ...(authorization === null ? {} : { authorization }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, type: response.headers.get("content-type") ?? "", body: parsed(text) };
  };
  const name = () => `conformance.${randomUUID()}`;
  return {
    raw,
    name,
    produce: (topic, records) =>
      raw("POST", `/topics/${topic}`, {
        headers: { "content-type": BINARY, accept: PLAIN },
        body: {
          records: records.map(({ partition = 0, key, value }) => ({
            partition,
            ...(key !== undefined && { key: base64(key) }),
            ...(value !== undefined && { value: base64(value) }),
          })),
        },
      }),
    read: (topic, offset, { partition = 0, timeout = 1_000, maxBytes = 1_000_000 } = {}) =>
      raw(
        "GET",
        `/topics/${topic}/partitions/${partition}/records?offset=${offset}&timeout=${timeout}&max_bytes=${maxBytes}`,
        { headers: { accept: BINARY } },
      ),
    async topic() {
      if (process.env.CONFORMANCE_PANDAPROXY_URL) {
        // The proxy creates none: `rpk topic create` does, and each is used once.
        const existing = own.shift();
        if (!existing) throw new Error("CONFORMANCE_PANDAPROXY_TOPICS names too few topics");
        return existing;
      }
      const made = name();
      await create(made);
      return made;
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
