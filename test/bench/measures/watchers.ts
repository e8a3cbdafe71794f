import { setTimeout as delay } from "node:timers/promises";
import { compete } from "../contenders.ts";
import { Violation } from "../failures.ts";
import type { JobResult } from "../load/job.ts";
import { interleaved, median, ratios } from "../statistics.ts";
import type { BenchOptions, Measure } from "../types.ts";
import { atMost, rounded, spreadOf } from "../verdict.ts";
import { mostBehind } from "../watch/watched.ts";
import { startWatchers } from "../watch/watchers.ts";
import { onRig } from "./on-rig.ts";

const LOCKS_PER_SECOND = 200;
const FEW = 200;
const MANY = 1_000;
const SEATS = 100_000;
/** For the last batch to reach everybody. */
const LAST_BATCH_MS = 1_500;
/** From when all watch: many take long to connect, so that without it theirs were the quieter runs. */
const SETTLED_MS = 2_000;

const BARS = [
  { id: "10a", name: "Lock p99 at 200 locks/s, 200 watchers against none", bar: "<= 1.5x" },
  { id: "10b", name: "Lock p99 at 200 locks/s with 1,000 watchers, ms", bar: "<= 60" },
  { id: "10c", name: "The same: the slowest watcher behind, ms", bar: "<= 1,000" },
] as const;
const MOST_P99_MS = 60;
const MOST_BEHIND_MS = 1_000;

/** Bar 10: locks at an even rate, whatever the answers take, while others hear of them ten times a second. */
export const watchers: Measure = {
  name: "watchers",
  onRig: true,
  bars: BARS,
  async run(options) {
    const [none, few, many] = options.quick ? [0, 5, 20] : [0, FEW, MANY];
    const found = await interleaved(["none", "few", "many"], options.repetitions, (which, repetition) =>
      watchedRun({ none, few, many }[which], repetition, options),
    );
    const p99 = (runs: Watched[]) => runs.map(({ result }) => result.p99);
    const against = `${spreadOf(p99(found.few), " ms")} against ${spreadOf(p99(found.none), " ms")}`;
    const behind = Math.max(...found.many.map((run) => run.behindMs));
    const slow = median(p99(found.many));
    return [
      atMost(BARS[0], 1.5, ratios(p99(found.few), p99(found.none)), against),
      {
        ...BARS[1],
        value: rounded(slow),
        met: slow <= MOST_P99_MS,
        detail: spreadOf(p99(found.many), " ms"),
      },
      {
        ...BARS[2],
        value: Math.round(behind),
        met: behind <= MOST_BEHIND_MS,
        detail: "the most of all repetitions",
      },
    ];
  },
};

interface Watched {
  result: JobResult;
  behindMs: number;
}

async function watchedRun(count: number, seed: number, options: BenchOptions): Promise<Watched> {
  const { rig, pools } = await onRig(options);
  const audience = startWatchers();
  try {
    const load = {
      ...({
        over: "websocket",
        inFlight: 1,
        perSecond: LOCKS_PER_SECOND,
        mostPerSecond: SEATS,
        seatsEach: SEATS,
      } as const),
      settleMs: options.quick ? 0 : SETTLED_MS,
      ...{ warmUpMs: 1_000, measuredMs: options.quick ? 500 : 10_000, seed },
    };
    let behindMs = 0;
    const result = await compete(rig, "seat-map", pools, load, {
      async begins(event) {
        await audience.watch(`${event}/live`, count);
      },
      async ends(_event, { answeredAt }) {
        if (count === 0) return;
        await delay(LAST_BATCH_MS);
        const report = await audience.report();
        behindMs = mostBehind(report, answeredAt);
        const lastSeq = report.firstSeq + answeredAt.length;
        if (report.leastSeq < lastSeq || report.gaps > 0) {
          throw new Violation(
            `of ${lastSeq} entries a watcher knows ${report.leastSeq}, with ${report.gaps} gaps`,
          );
        }
      },
    });
    return { result, behindMs };
  } finally {
    await audience.close();
  }
}
