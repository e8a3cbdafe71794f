import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem } from "node:os";
import { join } from "node:path";
import { installServers } from "#local/backends/install/versions.ts";
import type { Backends } from "#local/config.ts";
import { table } from "#local/docs/markdown.ts";
import { placeTable } from "../chaos/page.ts";
import { type BookingTime, bookingTimer } from "../measure/bookings.ts";
import { spread } from "../measure/spread.ts";
import { KillablePlatform } from "../support/killable-platform.ts";

/** `npm run measure -- --backends`: two platforms at once, and a booking now on one and now on the other. */

const BOOKINGS = 200;
/** The first ones find code that is not compiled yet, and connections that are not open. */
const WARM_UP = 20;
const SIDES = ["embedded", "servers"] as const satisfies Backends[];

type Side = (typeof SIDES)[number];

async function measure(): Promise<Record<Side, BookingTime[]>> {
  const platforms: KillablePlatform[] = [];
  for (const backends of SIDES) {
    // The second looks for its ports when the first has taken its own.
    const platform = await KillablePlatform.make(() => ({ TICKETFLOW_BACKENDS: backends }));
    await platform.start();
    platforms.push(platform);
  }
  const timers = await Promise.all(platforms.map(({ url }) => bookingTimer(url, WARM_UP + BOOKINGS)));
  const times: Record<Side, BookingTime[]> = { embedded: [], servers: [] };
  for (let n = 0; n < WARM_UP + BOOKINGS; n++) {
    for (const [at, side] of SIDES.entries()) {
      const time = await timers[at]!();
      if (n >= WARM_UP) times[side].push(time);
    }
  }
  for (const platform of platforms) await platform.takeAway();
  return times;
}

function render(
  times: Record<Side, BookingTime[]>,
  versions: [string, string][],
  loadBefore: number,
): string {
  const names = { embedded: "What npm brings", servers: "Real servers" };
  const rows = SIDES.flatMap((side) =>
    (["seenMs", "ownMs"] as const).map((what) => {
      const { median, p95, min, max } = spread(times[side].map((time) => time[what]));
      const from =
        what === "seenMs" ? "202 to CONFIRMED, as a buyer sees it" : "First step to last, by its timeline";
      return [from, names[side], ...[median, p95, min, max].map((ms) => `${Math.round(ms)} ms`)];
    }),
  );
  return [
    table(["What", "On", "Median", "p95", "Min", "Max"], rows),
    "",
    `- Made by \`npm run measure -- --backends\`: ${BOOKINGS} bookings on each, one now here and now there, ${WARM_UP} before them not counted; both platforms, and the buyer, on one machine`,
    `- ${versions.map((one) => one.join(" ")).join(", ")}`,
    `- ${new Date().toISOString().slice(0, 16).replace("T", " ")} UTC, commit ${commit()}; ${cpus().length} cores (${cpus()[0]?.model.trim()}), ${(totalmem() / 1e9).toFixed(0)} GB, kernel ${release()}, load average before ${loadBefore.toFixed(1)}; Node.js ${process.versions.node}`,
  ].join("\n");
}

function commit(): string {
  try {
    return execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" }).trim();
  } catch {
    return "unknown";
  }
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(1));
const versions = await installServers(console.log);
const loadBefore = loadavg()[0] ?? 0;
const text = render(await measure(), versions, loadBefore);
const page = join(import.meta.dirname, "../../docs/backends.md");
writeFileSync(page, placeTable(readFileSync(page, "utf8"), text, "bookings"));
console.log(text);
process.exit(0);
