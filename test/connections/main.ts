import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem } from "node:os";
import { join } from "node:path";
import { placeTable } from "../chaos/page.ts";
import { startEdge } from "./support/edge.ts";
import { type Load, type Tally, tally } from "./support/load.ts";
import { startPlatformRoute } from "./support/platform-route.ts";
import { startPool } from "./support/pool.ts";

/** `npm run measure -- --connections`: 500 requests a second for 20 seconds, on pools that hold less. */

const PER_SECOND = 500;
const SECONDS = 20;
const WARMING = { perSecond: 50, seconds: 2 };
const rows: { what: string; bound: number; found: Tally }[] = [];

async function measure(
  what: string,
  bound: number,
  where: Pick<Load, "url" | "headers">,
  connections: () => number | Promise<number>,
): Promise<void> {
  console.error(`${what} ...`);
  // What is compiled, connected and cached at first is not what is measured.
  await tally({ ...where, ...WARMING }, connections);
  const found = await tally({ ...where, perSecond: PER_SECOND, seconds: SECONDS }, connections);
  rows.push({ what, bound, found });
  console.error(rowOf(rows.at(-1)!));
}

const WAYS = { http: "HTTP, the endpoint's pool of 10", object: "two objects, 5 WebSockets each" };
/** There and back, so that what else the machine does in these minutes is not held against one of them. */
const ORDER = ["http", "object", "object", "http"] as const;

async function postgres(): Promise<void> {
  const edge = await startEdge();
  for (const ms of [5, 40]) {
    await edge.slowDown(ms / 1_000);
    for (const way of ORDER) {
      const connections = () => edge.connections(way);
      await measure(
        `Postgres, ${ms} ms a read: ${WAYS[way]}`,
        10,
        { url: `${edge.url}/${way}` },
        connections,
      );
    }
  }
  await edge.close();
}

async function mongo(): Promise<void> {
  const pool = await startPool({ members: 3 });
  for (const ms of [5, 40]) {
    pool.set.slowDown(ms);
    pool.set.recount();
    const count = () => pool.set.connections().now;
    await measure(`MongoDB, ${ms} ms a read: twelve objects`, 72, { url: `${pool.url}/edge` }, count);
  }
  await pool.close();
}

async function gateway(): Promise<void> {
  const route = await startPlatformRoute();
  const what = "Gateway, `GET /api/bookings/my`";
  await measure(what, 10, route, route.connections);
  await route.disturbed(measure(`${what}, locked every other second`, 10, route, route.connections));
  await route.close();
}

const ms = (value: number): string => (Number.isNaN(value) ? "-" : `${Math.round(value)} ms`);

const rowOf = ({ what, found: f }: (typeof rows)[number]): string =>
  `| ${[what, f.served, f.refused, f.wrong.length, ms(f.p50), ms(f.p99), ms(f.longest), f.connections, ms(f.afterMs)].join(" | ")} |`;

function table(): string {
  const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" }).trim();
  const { model } = cpus()[0]!;
  const machine = `${cpus().length} cores (${model}), ${Math.round(totalmem() / 1e9)} GB, kernel ${release()}`;
  return [
    "| What | Served | 503 | Other | p50 | p99 | Longest wait | Connections | Afterwards |",
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ...rows.map(rowOf),
    "",
    `- Made by \`npm run measure -- --connections\`: ${PER_SECOND} requests a second for ${SECONDS} s each, ${PER_SECOND * SECONDS} in all`,
    `- ${new Date().toISOString().slice(0, 16).replace("T", " ")} UTC, commit ${commit}; Node.js ${process.versions.node}; ${machine}, load average ${loadavg()[0]!.toFixed(1)}`,
  ].join("\n");
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(1));
await postgres();
await mongo();
await gateway();
const page = join(import.meta.dirname, "../../docs/connections.md");
writeFileSync(page, placeTable(readFileSync(page, "utf8"), table(), "connections"));
console.log(table());
const isWrong = rows.filter(({ found, bound }) => found.wrong.length > 0 || found.connections > bound);
for (const { what, found } of isWrong) console.error(what, found.connections, found.wrong.slice(0, 5));
process.exit(isWrong.length > 0 ? 1 : 0);
