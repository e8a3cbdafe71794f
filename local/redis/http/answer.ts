import type { Executor, Outcome, Words } from "../executor.ts";
import { Away, execAbort, RedisError } from "../redis-error.ts";
import { commandIn, commandInPath, commandsIn } from "./parse.ts";
import { refusalOf } from "./refused.ts";
import { toJson, toResp2 } from "./reply.ts";

/** A request that has shown its token. */
export interface RestRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: { encoding: string | undefined; format: string | undefined };
  body: Buffer;
}

export interface RestAnswer {
  status: number;
  type: "application/json" | "application/octet-stream";
  body: Buffer;
}

/** https://upstash.com/docs/redis/features/restapi#http-codes */
const METHODS = new Set(["HEAD", "GET", "POST", "PUT"]);

/** Answers a request as Upstash's REST API: https://upstash.com/docs/redis/features/restapi */
export async function answer(executor: Executor, request: RestRequest): Promise<RestAnswer> {
  const { path, query, body } = request;
  try {
    if (!METHODS.has(request.method)) return refusal(405, "ERR method not allowed");
    const { isBase64, isResp2 } = formatOf(request);
    const asJson = (outcomes: Outcome[]) =>
      `[${outcomes.map((outcome) => toJson(outcome, isBase64)).join(",")}]`;
    if (path === "/multi-exec") return json(200, asJson(await transaction(executor, commandsIn(body))));
    if (path === "/pipeline") {
      const outcomes = await pipeline(executor, commandsIn(body));
      return isResp2 ? binary(200, Buffer.concat(outcomes.map(toResp2))) : json(200, asJson(outcomes));
    }
    const command = path === "/" ? commandIn(body) : commandInPath(path, query, body);
    const [outcome] = (await pipeline(executor, [command])) as [Outcome];
    const status = "error" in outcome ? 400 : 200;
    return isResp2 ? binary(status, toResp2(outcome)) : json(status, toJson(outcome, isBase64));
  } catch (error) {
    if (error instanceof RedisError) return refusal(400, error.message);
    // What was sent may have taken effect, and nobody knows. It is not for us to send it again.
    if (error instanceof Away) return refusal(503, `ERR the Redis server does not answer: ${error.message}`);
    throw error;
  }
}

/** An error, as every answer but a pipeline's has it. */
export const refusal = (status: number, error: string): RestAnswer => json(status, toJson({ error }, false));

const json = (status: number, text: string): RestAnswer => ({
  status,
  type: "application/json",
  body: Buffer.from(text),
});
const binary = (status: number, body: Buffer): RestAnswer => ({
  status,
  type: "application/octet-stream",
  body,
});

/** What is refused here takes its own answer alone. */
async function pipeline(executor: Executor, commands: Words[]): Promise<Outcome[]> {
  const refusals = commands.map(refusalOf);
  const permitted = commands.filter((_, i) => refusals[i] === null);
  const outcomes = permitted.length === 0 ? [] : await executor.pipeline(permitted);
  const next = outcomes.values();
  return refusals.map((error) => (error === null ? (next.next().value as Outcome) : { error }));
}

async function transaction(executor: Executor, commands: Words[]): Promise<Outcome[]> {
  if (commands.some((words) => refusalOf(words) !== null)) throw execAbort();
  return executor.transaction(commands);
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
