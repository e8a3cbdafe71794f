import { runSellOut } from "../sell-out/sell-out.ts";
import { runSteady } from "../sell-out/steady.ts";
import { describeRun } from "../sell-out/text.ts";
import type { Bar, Measure } from "../types.ts";
import { rounded } from "../verdict.ts";

const SELL_OUT_BARS = [
  {
    id: "11a",
    name: "Sell-out: 10,000 seats, 2,500 buyers, to CONFIRMED and captured: seconds",
    bar: "<= 60",
    most: 60,
  },
  { id: "11b", name: "The same", bar: "<= 20", most: 20 },
] as const;
const STEADY_BARS = [
  { id: "12a", name: "Booking, PENDING to CONFIRMED, at 20 a second: p50, ms", bar: "<= 200", most: 200 },
  { id: "12b", name: "The same: p99, ms", bar: "<= 800", most: 800 },
] as const;
const QUICK_SALE = { bookings: 50 };
const QUICK_STEADY = { rate: 10, seconds: 3 };

/** Bar 11, on a platform of its own. */
export const sellOut: Measure = {
  name: "sell-out",
  bars: SELL_OUT_BARS,
  async run({ quick, log, fail }) {
    const report = await runSellOut(quick ? QUICK_SALE : {});
    log(describeRun("sell-out", report));
    for (const problem of report.problems) fail(problem);
    const detail = `${report.bookingsAMinute} bookings a minute; ${report.oversold} oversold, ${report.failedAnswers} answers of 5xx or none, ${report.stuck} stuck; ${rounded(report.cpuMsABooking)} ms of CPU a booking`;
    return SELL_OUT_BARS.map((bar) => judged(bar, report.seconds, isRight(report), detail));
  },
};

/** Bar 12, on another. */
export const steady: Measure = {
  name: "steady",
  bars: STEADY_BARS,
  async run({ quick, log, fail }) {
    const report = await runSteady(quick ? QUICK_STEADY : {});
    log(describeRun("steady", report));
    for (const problem of report.problems) fail(problem);
    const { p50, p99 } = report.pendingMs;
    const detail = `${report.bookings} bookings at ${report.rate} a second`;
    return [
      judged(STEADY_BARS[0], p50, isRight(report), detail),
      judged(STEADY_BARS[1], p99, isRight(report), detail),
    ];
  },
};

function judged(
  { most, ...asked }: Omit<Bar, "value" | "met" | "detail"> & { most: number },
  value: number,
  isRight: boolean,
  detail: string,
): Bar {
  return { ...asked, value: rounded(value), met: isRight && value <= most, detail };
}

const isRight = ({ problems }: { problems: readonly string[] }): boolean => problems.length === 0;
