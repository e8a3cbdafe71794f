import { openHall } from "../../support/hall.ts";
import { KillablePlatform } from "../../support/killable-platform.ts";
import { measureReads, type ReadRow } from "../reads.ts";
import { cpuNow } from "../sell-out/cpu.ts";

/* `node test/bench/reads/main.ts [--seats 10000] [--rounds 5]`, on a platform of its own. */

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(1));
const flag = (name: string, otherwise: number): number => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
};
const platform = await KillablePlatform.make();
try {
  await platform.start();
  const seats = flag("seats", 10_000);
  const { eventId } = await openHall(platform.url, { seats, name: "The Reading" });
  const cpuMs = () => (cpuNow(platform).get("workers (workerd)") ?? 0) * 1_000;
  const rows = await measureReads(platform.url, { eventId, cpuMs, rounds: flag("rounds", 5) });
  console.log(`A hall of ${seats} seats.\n`);
  console.log("| What | | Bytes sent | Requests/s | p50, ms | p99, ms | CPU of workerd, ms | Hits |");
  console.log("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |");
  for (const row of rows) console.log(lineOf(row));
} finally {
  await platform.takeAway();
}

function lineOf({ what, kind, bytes, perSecond, p50Ms, p99Ms, cpuMs, hits, requests }: ReadRow): string {
  const figures = [
    bytes,
    Math.round(perSecond),
    ...[p50Ms, p99Ms, cpuMs ?? Number.NaN].map((ms) => ms.toFixed(1)),
  ];
  return `| ${[what, kind, ...figures, `${hits} of ${requests}`].join(" | ")} |`;
}
