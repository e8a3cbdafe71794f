import { Redis as UpstashRedis } from "@upstash/redis/cloudflare";

/** The official client, without what it does of its own accord. It holds no connection. */
export function upstashClient(url: string, token: string, timeoutMs: number): UpstashRedis {
  return new UpstashRedis({
    url,
    token,
    // `retry: false` would still try twice.
    retry: { retries: 0 },
    // A function, for a new signal each call; an aborted one that is no function answers as if Redis had said so.
    signal: () => AbortSignal.timeout(timeoutMs),
    // "1" stays a text.
    automaticDeserialization: false,
    responseEncoding: false,
    enableAutoPipelining: false,
    enableTelemetry: false,
    // It would keep a token from answer to answer, across the requests of an isolate.
    readYourWrites: false,
  });
}
