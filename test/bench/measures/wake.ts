import { soldMap } from "../seat-map.ts";
import { interleaved, ratios } from "../statistics.ts";
import type { Measure } from "../types.ts";
import { atMost, spreadOf } from "../verdict.ts";

const SEATS = 100_000;
/** Of four seats each: half of all. */
const SOLD = 12_500;
const HOLDS = 5_000;
/** Of a repetition: one alone takes as long as what is collected meanwhile. */
const WAKES = 10;
/** Before the first repetition: code that wakes is compiled by then. */
const WARM_UP = 30;
const BAR = {
  id: "9",
  name: "Wake at 100,000 seats, half sold, 5,000 holds, against none",
  bar: "<= 3x",
};

/** Bar 9: CPU of a wake from storage, in this process, over SQLite in memory. */
export const wake: Measure = {
  name: "wake",
  bars: [BAR],
  async run({ repetitions }) {
    const maps = { empty: await soldMap(SEATS, 0, 0), sold: await soldMap(SEATS, SOLD, HOLDS) };
    for (let n = 0; n < WARM_UP; n++) for (const map of Object.values(maps)) map.wake();
    const times = await interleaved(["empty", "sold"], repetitions, async (which) => {
      const begun = process.cpuUsage();
      for (let n = 0; n < WAKES; n++) maps[which].wake();
      const { user, system } = process.cpuUsage(begun);
      return (user + system) / 1_000 / WAKES;
    });
    const detail = `${spreadOf(times.sold, " ms")} against ${spreadOf(times.empty, " ms")}, CPU`;
    return [atMost(BAR, 3, ratios(times.sold, times.empty), detail)];
  },
};
