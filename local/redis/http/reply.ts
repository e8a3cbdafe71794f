import { type Reply, Status } from "../commands/command.ts";
import type { Outcome } from "../executor.ts";
import { RedisError } from "../redis-error.ts";

/**
 * `{"result": …}` or `{"error": …}`; in base64, texts are encoded, but not the status OK. JSON has no bytes: without
 * base64, those that are no text come as U+FFFD.
 */
export function toJson(outcome: Outcome, isBase64: boolean): string {
  if ("error" in outcome) return JSON.stringify({ error: outcome.error });
  return `{"result":${value(outcome.reply, isBase64)}}`;
}

function value(reply: Reply, isBase64: boolean): string {
  if (reply === null || typeof reply === "number") return JSON.stringify(reply);
  // JSON's numbers have no limit; it is their readers who have.
  if (typeof reply === "bigint") return String(reply);
  if (Array.isArray(reply)) return `[${reply.map((item) => value(item, isBase64)).join(",")}]`;
  if (reply instanceof RedisError) return JSON.stringify(reply.message);
  const text = reply instanceof Status ? reply.word : reply;
  const isPlain = !isBase64 || (reply instanceof Status && text === "OK");
  return JSON.stringify(isPlain ? text.toString() : Buffer.from(text as string).toString("base64"));
}

/** As a Redis server writes it on a connection: https://redis.io/docs/latest/develop/reference/protocol-spec/ */
export function toResp2(outcome: Outcome): Buffer {
  return "error" in outcome ? Buffer.from(`-${outcome.error}\r\n`) : resp2(outcome.reply);
}

function resp2(reply: Reply): Buffer {
  if (reply === null) return Buffer.from("$-1\r\n");
  if (typeof reply === "number" || typeof reply === "bigint") return Buffer.from(`:${reply}\r\n`);
  if (reply instanceof Status) return Buffer.from(`+${reply.word}\r\n`);
  if (reply instanceof RedisError) return Buffer.from(`-${reply.message}\r\n`);
  if (Array.isArray(reply)) return Buffer.concat([Buffer.from(`*${reply.length}\r\n`), ...reply.map(resp2)]);
  const bytes = Buffer.from(reply as string);
  return Buffer.concat([Buffer.from(`$${bytes.length}\r\n`), bytes, Buffer.from("\r\n")]);
}
