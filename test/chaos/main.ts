import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type Config, httpUrl, readConfig } from "#local/config.ts";
import { platformSecrets } from "#local/parts/secrets.ts";
import { apiClient, type Client } from "#shared/client/client.ts";
import { openHall, SEATS } from "../support/hall.ts";
import { KillablePlatform } from "../support/killable-platform.ts";
import { observe } from "../support/observation.ts";
import { seeded } from "../support/random.ts";
import { newIdentity, signToken } from "../support/token.ts";
import { compareMails } from "./expected-mails.ts";
import { commandOf, type Flags, readFlags, USAGE } from "./flags.ts";
import { detourVariable, type Links, openLinks } from "./links.ts";
import { Load } from "./load.ts";
import { MailFollower } from "./mails.ts";
import { ordersOf } from "./orders.ts";
import { auditItself } from "./own-audit.ts";
import { placeTable } from "./page.ts";
import { describeFault, type Fault, planFaults } from "./plan.ts";
import { type Run, render, renderMarkdown } from "./report.ts";
import { type Struck, strike, type Target } from "./strike.ts";
import { summarise } from "./times.ts";
import { waitForTheEnd } from "./under-way.ts";
import { judge } from "./verdict.ts";

/** Each may book twice a second: many more than the rate needs. */
const BUYERS = 200;
/** A buyer waits as long as this for an answer. */
const ANSWER_LIMIT_MS = 15_000;
/** Everything has to have ended this long after the locks of the last bookings. */
const AFTER_LOCK_MS = 60_000;
const TOKEN_MS = 3 * 3_600_000;

async function main(flags: Flags): Promise<boolean> {
  const platform = await KillablePlatform.make((ports) => ({
    ...detourVariable(ports),
    SEAT_LOCK_TTL_SECONDS: String(flags.lockTtlSeconds),
    // A few buyers stand for many.
    SEATS_HELD_PER_BUYER: "100000",
    SEATS_PER_BUYER: "100000",
  }));
  const links = await openLinks(platform.config);
  console.log(`${commandOf(flags)}, data in ${platform.config.dataDir}`);
  await platform.start();
  const run = await disturb({ platform, links }, flags);
  console.log(render(run));
  if (flags.markdown) writeTable(platform.config, renderMarkdown(run));
  const isFine = run.verdict.problems.length === 0;
  // What disagrees stays for whoever looks into it.
  if (isFine && !flags.keep) await platform.takeAway();
  else {
    await platform.stop();
    console.log(`The data stays in ${platform.config.dataDir}`);
  }
  closeAll(links);
  return isFine;
}

async function disturb(target: Target, flags: Flags): Promise<Run> {
  const { config, url } = target.platform;
  const { eventId, seatIds } = await openHall(url, { seats: SEATS, name: "An Evening of Faults" });
  const buyers = await Promise.all(Array.from({ length: BUYERS }, () => newBuyer(config, url)));
  const mails = new MailFollower(httpUrl(config, "mailWeb"));
  const orders = ordersOf({ seed: flags.seed, buyers: BUYERS, seatIds });
  const load = new Load({ buyers, eventId, orders, rate: flags.rate, random: seeded(flags.seed + 1) });
  const beganAt = Date.now();
  console.log(`${now()}  the load begins`);
  mails.start();
  load.start();
  const struck = await strikeAll(target, planFaults(flags), beganAt);
  await delay(Math.max(0, beganAt + flags.minutes * 60_000 - Date.now()));
  const overAt = Date.now();
  console.log(`${now()}  the load is over`);
  await load.stop();
  const limitMs = flags.lockTtlSeconds * 1_000 + AFTER_LOCK_MS;
  const ending = await waitForTheEnd({ config, eventId, mails, overAt, limitMs });
  await mails.stop();
  console.log(`${now()}  what is left is read`);
  const { tally } = load;
  const seen = await observe(config, [...tally.accepted]);
  const findings = compareMails(ending.expected, mails.caught, struck);
  const own = await auditItself(url);
  return {
    command: commandOf(flags),
    rate: flags.rate,
    lockTtlSeconds: flags.lockTtlSeconds,
    commit: commitOf(config.root),
    ...{ beganAt, tally, struck, ending, own },
    summary: summarise(ending.courses, struck),
    verdict: judge(seen, ending, { findings, unseen: mails.unseen }, tally, own),
  };
}

/** One fault after the other, each at its time or, where the one before takes longer, right after it. */
async function strikeAll(target: Target, faults: Fault[], beganAt: number): Promise<Struck[]> {
  const struck: Struck[] = [];
  for (const fault of faults) {
    await delay(Math.max(0, beganAt + fault.atMs - Date.now()));
    console.log(`${now()}  ${describeFault(fault)}`);
    struck.push(await strike(target, fault));
  }
  return struck;
}

const now = (): string => new Date().toISOString().slice(11, 19);

async function newBuyer({ dataDir }: Config, baseUrl: string): Promise<Client> {
  const key = platformSecrets(dataDir).accessTokenKey;
  const token = await signToken(newIdentity("USER"), { issuedAt: Date.now(), lifetimeMs: TOKEN_MS, key });
  return apiClient({ baseUrl, token, timeoutMs: ANSWER_LIMIT_MS });
}

function writeTable({ root, backends }: Config, table: string): void {
  const page = join(root, "docs", backends === "embedded" ? "reliability.md" : "backends.md");
  writeFileSync(page, placeTable(readFileSync(page, "utf8"), table));
}

function closeAll(links: Links): void {
  for (const link of links.values()) link.close();
}

function commitOf(root: string): string {
  try {
    return execFileSync("git", ["rev-parse", "--short", "HEAD"], { cwd: root, encoding: "utf8" }).trim();
  } catch {
    return "unknown";
  }
}

let flags: Flags;
try {
  flags = readFlags(process.argv.slice(2), Math.random, readConfig().backends);
} catch (error) {
  console.error(`${error instanceof Error ? error.message : error}\n${USAGE}`);
  process.exit(2);
}
// The platform is killed when this process ends, however it does.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(1));
process.exit((await main(flags)) ? 0 : 1);
