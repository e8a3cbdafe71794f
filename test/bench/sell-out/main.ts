import { runSellOut } from "./sell-out.ts";
import { runSteady } from "./steady.ts";
import { describeRun } from "./text.ts";

/* `node test/bench/sell-out/main.ts [sell-out|steady] [--bookings 2500] [--at-once 64] [--rate 20] [--seconds 60]` */

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(1));
const [what = "sell-out", ...rest] = process.argv.slice(2);
const flag = (name: string): number | undefined => {
  const at = rest.indexOf(`--${name}`);
  return at < 0 ? undefined : Number(rest[at + 1]);
};
const given = (flags: Record<string, number | undefined>) =>
  Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined));
const report =
  what === "steady"
    ? await runSteady(given({ rate: flag("rate"), seconds: flag("seconds") }))
    : await runSellOut(given({ bookings: flag("bookings"), atOnce: flag("at-once") }));
console.log(describeRun(what, report));
process.exit(report.problems.length === 0 ? 0 : 1);
