import { setTimeout as delay } from "node:timers/promises";
import { disagreements } from "../support/agreement.ts";
import type { KillablePlatform } from "../support/killable-platform.ts";
import { bookingsDatabase, observe } from "../support/observation.ts";
import { seeded } from "../support/random.ts";
import { settle } from "../support/settle.ts";
import { startRush } from "./buyers.ts";
import { planRound, type RoundPlan } from "./plan.ts";
import { awaitMoment, isPending, type Seen } from "./watch.ts";

/**
 * Messages that a crash left are sent by a sweep after 15 s at the latest, an undo that was lost is asked for
 * again after 30 s; twice that and a machine that is busy.
 */
const SETTLE_LIMIT_MS = 90_000;
/** The supervisor pauses for up to 5 s before it starts a part again. */
const PART_LIMIT_MS = 60_000;
const POLL_MS = 25;

export interface RoundReport {
  plan: RoundPlan;
  /** What was seen of the first booking last before the kill. */
  seen: Seen;
  isPendingSeen: boolean;
  /** Each booking of the round with the state that it had reached when everything was killed. */
  killedIn: string[];
  restartMs: number;
  endedMs: number | null;
  settledMs: number | null;
  problems: string[];
}

export interface RoundOptions {
  index: number;
  seed: number;
  /** One part is killed instead of everything. */
  part?: string;
  /** Every booking that was promised so far; this round's are added. */
  accepted: string[];
}

/** One round: bookings, a kill -9 among them, everything up again, and then all stores must agree. */
export async function runRound(platform: KillablePlatform, options: RoundOptions): Promise<RoundReport> {
  const { index, seed, part, accepted } = options;
  const random = seeded(seed + index);
  const plan = planRound(index, random);
  const known = await bookingIds(platform);
  const rush = await startRush(platform.url, plan, random);
  const seen = await awaitMoment(plan.moment, rush.buyer, await rush.first);
  const killedAt = new Date();
  const restartMs = part ? await restartPart(platform, part) : await restartAll(platform, plan.againAfterMs);
  await rush.over;
  accepted.push(...rush.accepted);
  const { endedMs, settledMs, open } = await settle(platform.config, SETTLE_LIMIT_MS);
  const killedIn = await statesAt(platform, killedAt, known);
  const problems =
    open.length > 0
      ? open.map((what) => `still under way after ${SETTLE_LIMIT_MS / 1000} s: ${what}`)
      : disagreements(await observe(platform.config, accepted));
  return { plan, seen, isPendingSeen: isPending(seen), killedIn, restartMs, endedMs, settledMs, problems };
}

async function restartAll(platform: KillablePlatform, againAfterMs: number | null): Promise<number> {
  await platform.killAll();
  if (againAfterMs !== null) {
    // It comes to nothing, unless it is up already.
    const broken = platform.start().catch(() => undefined);
    await delay(againAfterMs);
    await platform.killAll();
    await broken;
  }
  return (await platform.start()).ms;
}

/** @returns how long the supervisor took to have the part, and the platform with it, up again */
async function restartPart(platform: KillablePlatform, part: string): Promise<number> {
  const before = platform.pidOf(part);
  platform.killPart(part);
  const begun = performance.now();
  while (performance.now() - begun < PART_LIMIT_MS) {
    const pid = platform.pidOf(part);
    if (pid !== undefined && pid !== before && (await isHealthy(platform.url)))
      return performance.now() - begun;
    await delay(POLL_MS);
  }
  throw new Error(`${part} was not started again within ${PART_LIMIT_MS / 1000} s`);
}

const isHealthy = (url: string): Promise<boolean> =>
  fetch(`${url}/health`, { signal: AbortSignal.timeout(PART_LIMIT_MS) }).then(
    (response) => response.ok,
    () => false,
  );

async function bookingIds(platform: KillablePlatform): Promise<string[]> {
  const client = await bookingsDatabase(platform.config);
  try {
    return (await client.query<{ id: string }>("select id from booking")).rows.map(({ id }) => id);
  } finally {
    await client.end();
  }
}

/** How far each booking but the known ones had come at an instant, by its own timeline. */
async function statesAt(platform: KillablePlatform, at: Date, known: string[]): Promise<string[]> {
  const client = await bookingsDatabase(platform.config);
  try {
    const { rows } = await client.query<{ state: string | null }>(
      `select (select state from booking_step s where s.booking_id = b.id and s.at <= $1 order by s.id desc limit 1)
       from booking b where not (id = any($2)) order by id`,
      [at, known],
    );
    return rows.map(({ state }) => state ?? "being written");
  } finally {
    await client.end();
  }
}
