import { lockCost } from "../seat-map.ts";
import { interleaved, median, ratios } from "../statistics.ts";
import type { Measure } from "../types.ts";
import { atMost, spreadOf } from "../verdict.ts";
import { competition } from "./on-rig.ts";

const BARS = [
  { id: "7a", name: "Cost per lock, 100,000 against 1,000 seats: CPU in one process", bar: "<= 1.2x" },
  { id: "7b", name: "The same over WebSocket, 64 in flight: time", bar: "<= 1.2x" },
] as const;
const SMALL = 1_000;
const LARGE = 100_000;
const LOCKS = 20_000;
/**
 * Of a repetition, a fifth of a second each, of the two halls in turns: a collection of garbage falls into some and not into
 * others, and a machine is faster at one time than at another. Their median counts.
 */
const RUNS = 9;

/** Bar 7: the same locks in one large hall and in many small ones. */
export const seats: Measure = {
  name: "seats",
  onRig: true,
  bars: BARS,
  async run(options) {
    const cost = async (places: number) => {
      const locks = options.quick ? LOCKS / 20 : LOCKS;
      return (await lockCost({ places, batch: 1, inFlight: 64, locks })).cpuMicrosPerLock;
    };
    for (const places of [SMALL, LARGE]) await cost(places);
    const found: Costs = { small: [], large: [] };
    for (let repetition = 0; repetition < options.repetitions; repetition++) {
      const runs = await interleaved(["small", "large"], options.quick ? 1 : RUNS, (which) =>
        cost(which === "small" ? SMALL : LARGE),
      );
      found.small.push(median(runs.small));
      found.large.push(median(runs.large));
    }
    const load = { over: "websocket", inFlight: 64, mostPerSecond: 25_000 } as const;
    const timesOf = async (seatsEach: number) => {
      const { "seat-map": results } = await competition(
        ["seat-map"],
        { ...load, seatsEach },
        { ...options, repetitions: 1 },
      );
      return 1_000_000 / results[0]!.locksPerSecond;
    };
    const times = await interleaved(["small", "large"], options.repetitions, (which) =>
      timesOf(which === "small" ? SMALL : LARGE),
    );
    return [
      atMost(BARS[0], 1.2, ratios(found.large, found.small), against(found)),
      atMost(BARS[1], 1.2, ratios(times.large, times.small), against(times)),
    ];
  },
};

type Costs = Record<"small" | "large", number[]>;

const against = ({ large, small }: Costs): string =>
  `${spreadOf(large, " us a lock")} against ${spreadOf(small, " us")}`;
