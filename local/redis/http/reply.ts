import { type Reply, Status } from "../commands/command.ts";

/** What came of a command: its answer, or the text of its refusal. */
export type Outcome = { reply: Reply } | { error: string };

/** `{"result": …}` or `{"error": …}`; in base64, texts are encoded, but not the status OK. */
export function toJson(outcome: Outcome, isBase64: boolean): string {
  if ("error" in outcome) return JSON.stringify({ error: outcome.error });
  return `{"result":${value(outcome.reply, isBase64)}}`;
}

function value(reply: Reply, isBase64: boolean): string {
  if (reply === null || typeof reply === "number") return JSON.stringify(reply);
  // JSON's numbers have no limit; it is their readers who have.
  if (typeof reply === "bigint") return String(reply);
  if (Array.isArray(reply)) return `[${reply.map((item) => value(item, isBase64)).join(",")}]`;
  const text = reply instanceof Status ? reply.word : reply;
  const isPlain = !isBase64 || (reply instanceof Status && text === "OK");
  return JSON.stringify(isPlain ? text : Buffer.from(text).toString("base64"));
}

/** As a Redis server writes it on a connection: https://redis.io/docs/latest/develop/reference/protocol-spec/ */
export function toResp2(outcome: Outcome): string {
  return "error" in outcome ? `-${outcome.error}\r\n` : resp2(outcome.reply);
}

function resp2(reply: Reply): string {
  if (reply === null) return "$-1\r\n";
  if (typeof reply === "number" || typeof reply === "bigint") return `:${reply}\r\n`;
  if (reply instanceof Status) return `+${reply.word}\r\n`;
  if (Array.isArray(reply)) return `*${reply.length}\r\n${reply.map(resp2).join("")}`;
  return `$${Buffer.byteLength(reply)}\r\n${reply}\r\n`;
}
