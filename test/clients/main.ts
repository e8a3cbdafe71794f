import { readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem } from "node:os";
import { join } from "node:path";
import { Miniflare } from "miniflare";
import { bundleWorker, endBundling } from "#local/workers/bundle.ts";
import { placeTable } from "../chaos/page.ts";
import { spread } from "../measure/spread.ts";
import { type Job, OPERATIONS, type Servers, timed } from "./jobs.ts";
import { startServers } from "./servers.ts";

/** `npm run measure -- --clients`: Upstash's clients beside plain requests, in Node and in workerd, turn by turn. */

const ROUNDS = 25;
const COUNT = 5;
/** These wait, or are tried again for seconds: a few tell enough. A refusal is the same each time. */
const SLOW: Record<string, { rounds: number; count: number }> = {
  "Kafka: wait at 13 positions, a record comes to one": { rounds: 15, count: 1 },
  "Kafka: a call with a wrong password": { rounds: 1, count: 1 },
  "Redis: a call with a wrong token": { rounds: 1, count: 1 },
};

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(1));

const { servers, takeAsked, close } = await startServers();
const script = await bundleWorker(join(import.meta.dirname, "worker.ts"));
await endBundling();
const miniflare = new Miniflare({
  modules: true,
  script,
  compatibilityDate: "2026-07-01",
  compatibilityFlags: ["nodejs_compat"],
});

const runtimes: Record<string, (job: Job) => Promise<number>> = {
  "Node.js": (job) => timed(servers, job),
  workerd: (job) => inWorkerd(servers, job),
};

async function inWorkerd(all: Servers, job: Job): Promise<number> {
  const body = JSON.stringify({ servers: all, job });
  const response = await miniflare.dispatchFetch("http://jobs.test/", { method: "POST", body });
  if (!response.ok) throw new Error(`${job.operation}, ${job.client}: ${await response.text()}`);
  return ((await response.json()) as { ms: number }).ms;
}

const rows: string[] = [];
for (const [operation, clients] of Object.entries(OPERATIONS)) {
  const { rounds, count } = SLOW[operation] ?? { rounds: ROUNDS, count: COUNT };
  const found = new Map<string, { times: number[]; asked: number }>();
  // Interleaved, and in another order each round: what slows the machine slows all alike.
  for (let round = -1; round < rounds; round += 1) {
    const pairs = Object.keys(clients).flatMap((client) =>
      Object.keys(runtimes).map((name) => [client, name] as const),
    );
    const from = (round + 1) % pairs.length;
    for (const [client, runtime] of [...pairs.slice(from), ...pairs.slice(0, from)]) {
      // The first round is for warmth; what is refused needs none.
      if (round < 0 && operation.includes("wrong")) continue;
      takeAsked();
      const ms = await runtimes[runtime]!({ operation, client, count });
      const key = `${client}/${runtime}`;
      const all = found.get(key) ?? { times: [], asked: 0 };
      found.set(key, { times: round < 0 ? all.times : [...all.times, ms], asked: takeAsked() });
    }
  }
  for (const client of Object.keys(clients)) {
    const cells = Object.keys(runtimes).map((runtime) => {
      const { times, asked } = found.get(`${client}/${runtime}`)!;
      const { median, p95 } = spread(times);
      const requests = operation.includes("wrong") ? `, ${asked} request${asked === 1 ? "" : "s"}` : "";
      return `${figure(median)} (p95 ${figure(p95)})${requests}`;
    });
    rows.push(`| ${[operation, client, ...cells].join(" | ")} |`);
    console.error(rows.at(-1));
  }
}
await miniflare.dispose();
await close();

const { model } = cpus()[0]!;
const table = [
  "| Operation | Client | Node.js, ms | workerd, ms |",
  "| --- | --- | --- | --- |",
  ...rows,
  "",
  `- Made by \`npm run measure -- --clients\`: medians of ${ROUNDS} rounds of ${COUNT}; fewer where it waits`,
  `- ${new Date().toISOString().slice(0, 16).replace("T", " ")} UTC; Node.js ${process.versions.node}; ${cpus().length} cores (${model}), ${Math.round(totalmem() / 1e9)} GB, kernel ${release()}, load average ${loadavg()[0]!.toFixed(1)}; the servers are this repository's, in processes of their own`,
].join("\n");
const page = join(import.meta.dirname, "../../docs/adr/0028-where-upstashs-clients-are-used.md");
writeFileSync(page, placeTable(readFileSync(page, "utf8"), table, "clients"));
console.log(table);
process.exit(0);

function figure(ms: number): string {
  return ms >= 100 ? String(Math.round(ms)) : ms.toFixed(1);
}
