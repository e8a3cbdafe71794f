import { isUtf8 } from "node:buffer";
import type { Words } from "../executor.ts";
import { MAX_COMMANDS_PER_REQUEST } from "../limits.ts";
import { RedisError } from "../redis-error.ts";

/** The command in a JSON body: `["SET", "key", 1]`. @throws RedisError */
export function commandIn(body: Buffer): Words {
  return words(json(body));
}

/** The commands in a JSON body: a list of such lists. @throws RedisError */
export function commandsIn(body: Buffer): Words[] {
  const list = json(body);
  if (!Array.isArray(list) || list.length === 0) {
    throw new RedisError("ERR the body has to be a list of commands, each a list");
  }
  if (list.length > MAX_COMMANDS_PER_REQUEST) {
    throw new RedisError(`ERR at most ${MAX_COMMANDS_PER_REQUEST} commands a request`);
  }
  return list.map(words);
}

/** The command in an address: `/set/key` with the body as its last argument, and the query's options after that. */
export function commandInPath(path: string, query: URLSearchParams, body: Buffer): Words {
  const segments = path.split("/").slice(1).map(decode);
  const options = [...query]
    .filter(([name]) => name !== "_token")
    .flatMap(([name, text]) => (text === "" ? [name] : [name, text]));
  // Where it is no text it stays bytes.
  const last = isUtf8(body) ? body.toString() : body;
  return [...segments, ...(last.length === 0 ? [] : [last]), ...options];
}

function json(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new RedisError("ERR failed to parse the body: it is no JSON");
  }
}

function words(command: unknown): Words {
  if (!Array.isArray(command) || command.length === 0) {
    throw new RedisError("ERR a command has to be a list: its name, then its arguments");
  }
  return command.map((word) => {
    if (typeof word === "string") return word;
    if (typeof word === "number" || typeof word === "boolean") return String(word);
    throw new RedisError("ERR a command's arguments have to be texts or numbers");
  });
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new RedisError("ERR the address is no valid percent-encoding");
  }
}
