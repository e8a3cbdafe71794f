import { compete } from "../contenders.ts";
import { straced } from "../rig/strace.ts";
import { median } from "../statistics.ts";
import type { Measure } from "../types.ts";
import { rounded, spreadOf } from "../verdict.ts";
import { onRig } from "./on-rig.ts";

const MOST = 0.05;
const BAR = { id: "6", name: "Flushes per acknowledged lock, 64 in flight", bar: "<= 0.05" };

/** Bar 6: SeatMap's own count; one more run under strace compares it with what the process asks of the system. */
export const flushes: Measure = {
  name: "flushes",
  onRig: true,
  bars: [BAR],
  async run(options) {
    const { rig, pools } = await onRig(options);
    const measuredMs = options.quick ? 300 : 1_500;
    const load = { over: "http", inFlight: 64, mostPerSecond: 15_000, warmUpMs: 0, measuredMs } as const;
    const counted = async (seed: number) => {
      let counters = { locks: 0, flushes: 0 };
      const ends = async (event: string) => {
        counters = (await (await fetch(`${event}/counters`)).json()) as typeof counters;
      };
      await compete(rig, "seat-map", pools, { ...load, seed }, { ends });
      return counters;
    };
    const shares: number[] = [];
    for (let repetition = 0; repetition < options.repetitions; repetition++) {
      const { locks, flushes } = await counted(repetition);
      shares.push(flushes / locks);
    }
    const checked = await straced(rig.workerd.pid, () => counted(0));
    const check =
      typeof checked === "string"
        ? `not checked with strace: ${checked}`
        : `under strace ${checked.calls} calls of fsync and fdatasync for ${checked.result.flushes} flushes of ${checked.result.locks} locks, the opening and the ending of the map among the calls`;
    const detail = `${spreadOf(shares, "")}; ${check}`;
    return [{ ...BAR, value: rounded(median(shares)), met: median(shares) <= MOST, detail }];
  },
};
