import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { platformParts } from "#local/parts/platform.ts";
import { KillablePlatform } from "../support/killable-platform.ts";
import { timeBookings } from "./bookings.ts";
import { type Figures, isWithinBars, loadNow, render, type StartTimes } from "./figures.ts";
import { memoryOf } from "./memory.ts";
import { memoryByPart } from "./parts.ts";
import { spread } from "./spread.ts";

const BOOKINGS = 50;

/** Measures a platform of its own, from its first start to its memory after {@link BOOKINGS} bookings. */
async function measure(platform: KillablePlatform): Promise<Figures> {
  const loadBefore = loadNow();
  const cold = await timeStart(platform);
  await platform.stop();
  const warm = await timeStart(platform);
  const times = await timeBookings(platform.url, BOOKINGS);
  const memory = memoryOf(platform.processes());
  const byPart = memoryByPart(
    platform,
    platformParts(platform.config).map(({ name }) => name),
  );
  return {
    cold,
    warm,
    bookings: BOOKINGS,
    seen: spread(times.map(({ seenMs }) => seenMs)),
    own: spread(times.map(({ ownMs }) => ownMs)),
    memory,
    byPart,
    loadBefore,
  };
}

async function timeStart(platform: KillablePlatform): Promise<StartTimes> {
  const { printed, ms } = await platform.start();
  const [, start, seed] = /Start: ([\d.]+) s\. Seed: ([\d.]+) s/.exec(printed) ?? [];
  return { total: ms, start: Number(start) * 1000, seed: Number(seed) * 1000 };
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(1));
const platform = await KillablePlatform.make();
const { root } = platform.config;
const figures = await measure(platform);
await platform.takeAway();
const page = render(figures, root, new Date());
mkdirSync(join(root, "docs"), { recursive: true });
writeFileSync(join(root, "docs", "measurements.md"), page);
console.log(page);
process.exit(isWithinBars(figures) ? 0 : 1);
