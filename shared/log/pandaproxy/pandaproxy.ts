import { type Clock, systemClock } from "../../clock.ts";
import { type LogServerOptions, logServer } from "../log-server.ts";
import { type LogRecord, MAX_PRODUCE, type NewRecord, type Position, type TopicLog } from "../topic-log.ts";
import { doAll, settleAll } from "./at-once.ts";
import { boundsOf } from "./bounds.ts";
import { proxyRoutes } from "./proxy.ts";
import { watch } from "./watch.ts";

/** What one position gives at a time: a hundred or so of our messages, of sixteen positions some 2 MB. */
const MAX_BYTES = 128 * 1024;

/** As many as a consumer takes at once: with so many found, the positions that are left wait for their turn to be first. */
const ENOUGH = 100;

/**
 * A log behind Redpanda's own HTTP proxy. What the proxy lacks: it tells no timestamps (they are 0), commits only for
 * consumer instances that it keeps in memory (so `commit` does nothing, and there is no lag to see), and does not tell
 * where a partition begins and ends (so that is searched for, `bounds.ts`).
 * @see https://docs.redpanda.com/current/develop/http-proxy/
 */
export function pandaproxy(options: LogServerOptions, clock: Clock = systemClock): TopicLog {
  const server = logServer(options);
  const proxy = proxyRoutes(server);
  const bounds = boundsOf(proxy);
  let turn = 0;

  async function readNow(position: Position): Promise<LogRecord[]> {
    const records = await proxy.read(position, { maxBytes: MAX_BYTES });
    if (records) return records;
    const offset = await bounds.firstAfter(position, position.offset);
    return offset === null
      ? []
      : ((await proxy.read({ ...position, offset }, { maxBytes: MAX_BYTES })) ?? []);
  }

  return {
    async produce(records: NewRecord[]) {
      if (records.length > MAX_PRODUCE) throw new RangeError(`at most ${MAX_PRODUCE} records a call`);
      const byTopic = Map.groupBy(records, ({ topic }) => topic);
      await doAll([...byTopic], ([topic, own]) => proxy.append(topic, own));
    },
    async fetch(positions: Position[], waitMs: number): Promise<LogRecord[]> {
      if (positions.length === 0) return [];
      // The reader may take a part of what comes: another position is first each time.
      turn = (turn + 1) % positions.length;
      const inTurn = [...positions.slice(turn), ...positions.slice(0, turn)];
      const found: LogRecord[] = [];
      const looked = await settleAll(inTurn, async (position) => {
        if (found.length < ENOUGH) found.push(...(await readNow(position)));
      });
      // A partition that does not answer holds no other one back.
      if (found.length > 0) return found;
      for (const one of looked) if (one.status === "rejected") throw one.reason;
      if (waitMs <= 0) return [];
      const read = async (position: Position, ms: number, signal: AbortSignal) =>
        (await proxy.read(position, { waitMs: ms, maxBytes: MAX_BYTES, signal })) ?? [];
      return watch(inTurn, waitMs, read, clock);
    },
    async commit() {},
    offsets: (at, partitions) =>
      doAll(partitions, async ({ topic, partition }) => {
        const offset = await bounds[at === "earliest" ? "first" : "end"]({ topic, partition });
        return { topic, partition, offset };
      }),
    ping: proxy.ping,
    get requests() {
      return server.asked;
    },
  };
}
