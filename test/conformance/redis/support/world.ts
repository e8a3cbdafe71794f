import { randomUUID } from "node:crypto";
import { Redis } from "@upstash/redis/cloudflare";
import { startRedisRest } from "../../../../local/redis/server.ts";
import { conformanceTarget } from "../../support/target.ts";

/** What a case talks to Redis with. */
export interface World {
  /** The official client, which neither retries nor guesses types here. */
  readonly redis: Redis;
  /** The same, pointed at another token. */
  redisWith(token: string): Redis;
  /** A request as the wire has it, with the right token unless `token` is another, or null for none. */
  raw(method: string, path: string, options?: RawOptions): Promise<RawAnswer>;
  /** A command as JSON in the body of `POST /`. */
  ask(...words: (string | number)[]): Promise<RawAnswer>;
  /** A key that nobody else uses. */
  key(): string;
}

interface RawOptions {
  body?: unknown;
  headers?: Record<string, string>;
  token?: string | null;
}

export interface RawAnswer {
  status: number;
  type: string;
  text: string;
  /** Undefined when the text is no JSON. */
  body: unknown;
}

const GIVEN_TOKEN = process.env.CONFORMANCE_REDIS_TOKEN;
const token = GIVEN_TOKEN ?? "conformance-token";

async function startStandIn() {
  const server = await startRedisRest({ port: 0, token });
  return { url: `http://127.0.0.1:${server.port}`, close: server.close };
}

/** Call it at the top of a file, and use what it gives inside cases. */
export function useRedis(): World {
  const target = conformanceTarget("redis", startStandIn);
  const raw: World["raw"] = async (method, path, { body, headers, token: other = token } = {}) => {
    const response = await fetch(target().replace(/\/$/, "") + path, {
      method,
      headers: { ...(other === null ? {} : { authorization: `Bearer ${other}` }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const type = response.headers.get("content-type") ?? "";
    return { status: response.status, type, text, body: parsed(text) };
  };
  const redisWith = (other: string) =>
    new Redis({
      url: target(),
      token: other,
      retry: { retries: 0 },
      automaticDeserialization: false,
      enableAutoPipelining: false,
      enableTelemetry: false,
    });
  return {
    get redis() {
      return redisWith(token);
    },
    redisWith,
    raw,
    ask: (...words) => raw("POST", "/", { body: words }),
    key: () => `conformance:${randomUUID()}`,
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What the client was told by a refusal. */
export async function refusalOf(command: Promise<unknown>): Promise<string> {
  try {
    return `answered ${JSON.stringify(await command)}`;
  } catch (error) {
    // The client repeats the command after the server's words.
    return (error as Error).message.replace(/, command was: .*/s, "");
  }
}
