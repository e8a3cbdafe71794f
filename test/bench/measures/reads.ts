import { openHall } from "../../support/hall.ts";
import { KillablePlatform } from "../../support/killable-platform.ts";
import { measureReads, type ReadRow } from "../reads.ts";
import { cpuNow } from "../sell-out/cpu.ts";
import type { Bar, Measure } from "../types.ts";
import { rounded, shown } from "../verdict.ts";

/** The hall of bar 11. */
const SEATS = 10_000;
const QUICK = { rounds: 1, requests: 20 };

/** What is read, by what `measureReads` calls it. */
const READS: Record<string, string> = {
  "13b": "Map, packed",
  "13c": "What has changed of it",
  "13d": "Map, JSON",
  "13e": "Plan",
  "13f": "List of events",
  "13g": "Event's page",
};
const BARS = Object.entries(READS).map(([id, what]) => {
  return { id, name: `${what}, through the gateway, kept at the edge: a second`, bar: "reported" };
});

/** The other half of bar 13: reads, hit and miss, on a platform of their own. */
export const reads: Measure = {
  name: "reads",
  bars: BARS,
  async run({ quick, repetitions }) {
    const platform = await KillablePlatform.make();
    try {
      await platform.start();
      const { eventId } = await openHall(platform.url, { seats: SEATS, name: "The Reading" });
      const cpuMs = () => (cpuNow(platform).get("workers (workerd)") ?? 0) * 1_000;
      const rounds = quick ? QUICK : { rounds: repetitions };
      const rows = await measureReads(platform.url, { eventId, cpuMs, ...rounds });
      return BARS.map((bar) => reported(bar, rows));
    } finally {
      await platform.takeAway();
    }
  },
};

function reported(bar: (typeof BARS)[number], rows: ReadRow[]): Bar {
  const of = (kind: ReadRow["kind"]): ReadRow => {
    const row = rows.find(({ what, kind: one }) => what === READS[bar.id] && one === kind);
    if (!row) throw new Error(`${READS[bar.id]} was not read`);
    return row;
  };
  const [hit, miss] = [of("hit"), of("miss")];
  const detail = `hit ${costOf(hit)}; miss ${rounded(miss.perSecond)} a second, ${costOf(miss)}; ${hit.bytes} bytes sent`;
  return { ...bar, value: rounded(hit.perSecond), met: true, detail };
}

const costOf = ({ p50Ms, p99Ms, cpuMs }: ReadRow): string =>
  `p50 ${shown(p50Ms)} ms, p99 ${shown(p99Ms)} ms, ${shown(cpuMs ?? Number.NaN)} ms of workerd's CPU`;
