import { commandOf, execute, type Words } from "../commands/execute.ts";
import type { Keyspace } from "../keyspace/keyspace.ts";
import { RedisError } from "../redis-error.ts";
import { commandIn, commandInPath, commandsIn } from "./parse.ts";
import { type Outcome, toJson, toResp2 } from "./reply.ts";

/** A request that has shown its token. */
export interface RestRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: { encoding: string | undefined; format: string | undefined };
  body: string;
}

export interface RestAnswer {
  status: number;
  type: "application/json" | "application/octet-stream";
  text: string;
}

/** https://upstash.com/docs/redis/features/restapi#http-codes */
const METHODS = new Set(["HEAD", "GET", "POST", "PUT"]);

/** Answers a request as Upstash's REST API: https://upstash.com/docs/redis/features/restapi */
export function answer(keyspace: Keyspace, request: RestRequest, maxMemoryBytes?: number): RestAnswer {
  const { path, query, body } = request;
  try {
    if (!METHODS.has(request.method)) return refusal(405, "ERR method not allowed");
    const { isBase64, isResp2 } = formatOf(request);
    const run = (words: Words) => outcomeOf(() => execute(keyspace, words, maxMemoryBytes));
    if (path === "/pipeline" || path === "/multi-exec") {
      const isTransaction = path === "/multi-exec";
      const commands = commandsIn(body);
      // A transaction is refused as a whole for what can be known before it runs.
      if (isTransaction) for (const words of commands) commandOf(words);
      const outcomes = commands.map(run);
      if (isResp2 && !isTransaction) return binary(200, outcomes.map(toResp2).join(""));
      return json(200, `[${outcomes.map((outcome) => toJson(outcome, isBase64)).join(",")}]`);
    }
    const outcome = run(path === "/" ? commandIn(body) : commandInPath(path, query, body));
    const status = "error" in outcome ? 400 : 200;
    return isResp2 ? binary(status, toResp2(outcome)) : json(status, toJson(outcome, isBase64));
  } catch (error) {
    if (error instanceof RedisError) return refusal(400, error.message);
    throw error;
  }
}

/** An error, as every answer but a pipeline's has it. */
export const refusal = (status: number, error: string): RestAnswer => json(status, toJson({ error }, false));

const json = (status: number, text: string): RestAnswer => ({ status, type: "application/json", text });
const binary = (status: number, text: string): RestAnswer => ({
  status,
  type: "application/octet-stream",
  text,
});

function outcomeOf(run: () => Exclude<Outcome, { error: string }>["reply"]): Outcome {
  try {
    return { reply: run() };
  } catch (error) {
    if (error instanceof RedisError) return { error: error.message };
    throw error;
  }
}

function formatOf({ headers: { encoding, format = "json" } }: RestRequest) {
  if (format !== "json" && format !== "resp2") {
    throw new RedisError("ERR Upstash-Response-Format has to be json or resp2");
  }
  const isBase64 = encoding === "base64";
  if (isBase64 && format === "resp2") {
    throw new RedisError("ERR Upstash-Encoding is not for the format resp2");
  }
  return { isBase64, isResp2: format === "resp2" };
}
