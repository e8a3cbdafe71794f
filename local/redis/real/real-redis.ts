import { ErrorReply } from "@redis/client";
import type { Log } from "../../shared/log.ts";
import { type Reply, Status } from "../commands/command.ts";
import type { Executor, Outcome } from "../executor.ts";
import { Away, RedisError } from "../redis-error.ts";
import { connect, type Raw } from "./connection.ts";

/**
 * A real Redis server, by RESP2. Transactions have a connection of their own: whatever goes wrong between MULTI and
 * EXEC, no other command comes into it.
 */
export function realRedis(url: string, log: Log): Executor {
  const shared = connect(url, log);
  const transactions = connect(url, () => {});

  return {
    pipeline: async (commands) => (await shared.send(commands)).map(outcomeOf),
    async transaction(commands) {
      const answers = await transactions.send([["MULTI"], ...commands, ["EXEC"]]);
      const refusal = [answers[0], answers.at(-1)].find((answer) => answer instanceof ErrorReply);
      if (refusal) throw new RedisError(refusal.message);
      const results = answers.at(-1);
      if (!Array.isArray(results)) throw new Away("it answered EXEC without a list");
      return results.map(outcomeOf);
    },
    async ping() {
      const [answer] = await shared.send([["PING"]]);
      if (answer instanceof ErrorReply) throw new Away(answer.message);
    },
    close() {
      shared.close();
      transactions.close();
    },
  };
}

const outcomeOf = (raw: Raw): Outcome =>
  raw instanceof ErrorReply ? { error: raw.message } : { reply: replyOf(raw) };

/**
 * A status of digits alone, which only a script can make, is taken for an integer: the client has one type for both.
 */
function replyOf(raw: Raw): Reply {
  if (Array.isArray(raw)) return raw.map(replyOf);
  if (raw instanceof ErrorReply) return new RedisError(raw.message);
  if (typeof raw !== "string") return raw;
  if (!/^-?\d+$/.test(raw)) return new Status(raw);
  const value = Number(raw);
  return Number.isSafeInteger(value) ? value : BigInt(raw);
}
