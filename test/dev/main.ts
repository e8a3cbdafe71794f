import { loadavg } from "node:os";
import { spread } from "../measure/spread.ts";
import { DevPlatform } from "../support/dev-platform.ts";

const SAVES = 10;
/** What a developer waits without losing the thread. */
const BAR_MS = 2_000;

/** Saves a file of a Worker behind the gateway, and times each save until the platform answers with the change. */
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(1));
const dev = await DevPlatform.make();
const times: number[] = [];
try {
  await dev.start();
  let name = "postgres";
  for (let n = 0; n < SAVES; n++) {
    const next = `postgres-${n}`;
    times.push(await dev.edit("workers/users/src/index.ts", [`"${name}"`, `"${next}"`], "/health"));
    name = next;
  }
} finally {
  await dev.takeAway();
}
const { min, median, max } = spread(times);
const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;
console.log(
  `A saved change is live after ${seconds(median)} (median of ${SAVES}; ${seconds(min)} to ${seconds(max)}), ` +
    `load average ${loadavg()[0]!.toFixed(1)}.`,
);
process.exit(median <= BAR_MS ? 0 : 1);
