import { createClient, ErrorReply, RESP_TYPES } from "@redis/client";
import { Late, within } from "#shared/within.ts";
import type { Log } from "../../shared/log.ts";
import type { Words } from "../executor.ts";
import {
  ANSWER_LIMIT_MS,
  CONNECT_LIMIT_MS,
  HUNG_CONNECTION_MS,
  MAX_PENDING_COMMANDS,
  MAX_RECONNECT_PAUSE_MS,
  MIN_RECONNECT_PAUSE_MS,
  PING_INTERVAL_MS,
  WAIT_FOR_CONNECTION_MS,
} from "../limits.ts";
import { Away } from "../redis-error.ts";

/**
 * An answer as the client decodes it for {@link TYPES}: bytes are a text, a text is an integer or a status, and
 * everything else stands for itself.
 */
export type Raw = null | string | Buffer | ErrorReply | Raw[];

/** Texts as bytes, integers as their digits: no type is guessed, and neither bytes nor 64 bits are lost. */
const TYPES = { [RESP_TYPES.BLOB_STRING]: Buffer, [RESP_TYPES.NUMBER]: String };

export interface Connection {
  /**
   * Sends all of them in one piece, in order, with nothing of this connection in between. An answer for each, a
   * refusal as an {@link ErrorReply}.
   * @throws Away when one of them is not answered in time
   */
  send(commands: readonly Words[]): Promise<Raw[]>;
  close(): void;
}

/**
 * A connection to a Redis server that comes back by itself. What is sent while it is away waits a moment for it, and
 * is then refused: nothing is sent later than its asker waits.
 */
export function connect(url: string, log: Log): Connection {
  const client = createClient({
    url,
    RESP: 2,
    // Waiting is done here, by whole requests: the client would send what nobody waits for any more.
    disableOfflineQueue: true,
    disableClientInfo: true,
    maintNotifications: "disabled",
    pingInterval: PING_INTERVAL_MS,
    socket: {
      connectTimeout: CONNECT_LIMIT_MS,
      socketTimeout: HUNG_CONNECTION_MS,
      reconnectStrategy: (retries) =>
        Math.min(MIN_RECONNECT_PAUSE_MS * 2 ** retries, MAX_RECONNECT_PAUSE_MS) * (0.5 + Math.random() / 2),
    },
  });
  let isAway = false;
  client.on("error", (error: unknown) => {
    if (!isAway) log("redis-away", { error: reasonOf(error) });
    isAway = true;
  });
  client.on("ready", () => {
    if (isAway) log("redis-back");
    isAway = false;
  });
  // It tries again by itself, and its failures are events.
  client.connect().catch(() => {});

  let readiness: Promise<void> | null = null;
  function ready(): Promise<void> {
    // One listener, however many wait.
    readiness ??= new Promise((resolve) => {
      client.once("ready", () => {
        readiness = null;
        resolve();
      });
    });
    return readiness;
  }

  async function sendNow(commands: readonly Words[]): Promise<Raw[]> {
    // Queued in one turn of the event loop, so nothing comes in between.
    const settled = await Promise.allSettled(
      commands.map((words) => client.sendCommand([...words], { typeMapping: TYPES })),
    );
    return settled.map((outcome) => {
      if (outcome.status === "fulfilled") return outcome.value as unknown as Raw;
      if (outcome.reason instanceof ErrorReply) return outcome.reason;
      throw new Away(`the connection broke: ${reasonOf(outcome.reason)}`);
    });
  }

  let pending = 0;
  return {
    async send(commands) {
      if (pending + commands.length > MAX_PENDING_COMMANDS) throw new Away("too many commands wait for it");
      pending += commands.length;
      let isSent = false;
      try {
        if (!client.isReady) await within(WAIT_FOR_CONNECTION_MS, ready());
        isSent = true;
        // Counted until it is off the connection, not until its asker has gone.
        const sending = sendNow(commands).finally(() => {
          pending -= commands.length;
        });
        return await within(ANSWER_LIMIT_MS, sending);
      } catch (error) {
        if (!isSent) pending -= commands.length;
        throw error instanceof Late
          ? new Away(isSent ? error.message : "there is no connection to it")
          : error;
      }
    },
    close: () => client.destroy(),
  };
}

/** What a failure of the client says; an aggregate (several addresses of a name) says nothing itself. */
function reasonOf(error: unknown): string {
  const [first] = error instanceof AggregateError ? error.errors : [error];
  return first instanceof Error ? first.message || first.name : String(first);
}
