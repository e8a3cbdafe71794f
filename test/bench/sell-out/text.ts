import type { Quantiles } from "./quantiles.ts";
import type { SellOutReport } from "./sell-out.ts";

const spread = ({ p50, p95, p99, max }: Quantiles): string =>
  `p50 ${Math.round(p50)} ms, p95 ${Math.round(p95)} ms, p99 ${Math.round(p99)} ms, max ${Math.round(max)} ms`;

/** A run's report for a person. */
export function describeRun(what: string, report: Omit<SellOutReport, "atOnce">): string {
  const { bookings, seats, seconds, wallSeconds, oversold, failedAnswers, stuck, problems } = report;
  return [
    `${what}: ${bookings} bookings of ${seats} seats in ${seconds.toFixed(1)} s (${wallSeconds.toFixed(1)} s by the wall)`,
    `  ${report.bookingsAMinute} bookings a minute; ${oversold} oversold, ${failedAnswers} answers of 5xx or none, ${stuck} stuck`,
    `  POST to 202: ${spread(report.answerMs)}`,
    `  PENDING to CONFIRMED: ${spread(report.pendingMs)}`,
    `  CPU: ${report.cpuMsABooking.toFixed(1)} ms a booking`,
    ...report.cpuMs.map(([name, ms]) => `    ${ms.toFixed(2).padStart(7)} ms  ${name}`),
    ...(problems.length === 0 ? ["  nothing is wrong"] : problems.map((problem) => `  WRONG: ${problem}`)),
  ].join("\n");
}
