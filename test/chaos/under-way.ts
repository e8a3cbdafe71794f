import { setTimeout as delay } from "node:timers/promises";
import { MongoClient } from "mongodb";
import type { Config } from "#local/config.ts";
import { mongoUri } from "#local/parts/stores.ts";
import { stripeOf } from "../support/observation.ts";
import { settle } from "../support/settle.ts";
import { type Course, readCourses } from "./courses.ts";
import { type Expected, mailsOf } from "./expected-mails.ts";
import type { MailFollower } from "./mails.ts";

/** Reading all of it takes the platform some work. */
const POLL_MS = 2_000;

/** How long it took after the load and the last fault until nothing was under way any more, in ms. */
export interface Ending {
  /** Until every booking had ended; null: they had not, when the time was over. */
  bookingsMs: number | null;
  /** Until every undo was answered, every message sent and every mail caught. */
  allMs: number | null;
  /** What was still under way, in words. */
  open: string[];
  courses: Course[];
  expected: Expected[];
}

export interface WaitOptions {
  config: Config;
  eventId: string;
  mails: MailFollower;
  /** When the load and the last fault were over, epoch ms. */
  overAt: number;
  limitMs: number;
}

/** Waits until everything has ended, for at most `limitMs` since all was over. */
export async function waitForTheEnd({
  config,
  eventId,
  mails,
  overAt,
  limitMs,
}: WaitOptions): Promise<Ending> {
  const sinceMs = Date.now() - overAt;
  const { endedMs, open } = await settle(config, limitMs - sinceMs, POLL_MS);
  const bookingsMs = endedMs === null ? null : sinceMs + endedMs;
  for (;;) {
    const courses = await readCourses(config, eventId);
    const expected = mailsOf(courses, await refundsByBooking(config));
    await mails.look();
    const missing = expected.filter(({ messageIds }) => !messageIds.some((id) => mails.caught.has(id)));
    const left = [
      ...open,
      ...(await unsentDocuments(config)),
      ...missing.map(({ what }) => `not mailed: ${what}`),
    ];
    const ending = { bookingsMs, courses, expected };
    const nowMs = Date.now() - overAt;
    if (left.length === 0) return { ...ending, allMs: nowMs, open: [] };
    if (nowMs > limitMs) return { ...ending, allMs: null, open: left };
    await delay(POLL_MS);
  }
}

async function refundsByBooking(config: Config): Promise<Map<string, string[]>> {
  const refunds = new Map<string, string[]>();
  for await (const { id, metadata } of stripeOf(config).refunds.list({ limit: 100 })) {
    const bookingId = metadata?.bookingId ?? "no booking";
    refunds.set(bookingId, [...(refunds.get(bookingId) ?? []), id]);
  }
  return refunds;
}

/** Messages that documents still have to send, and mails that are still to be sent. */
async function unsentDocuments(config: Config): Promise<string[]> {
  const counts = [
    { service: "events", collection: "events", filter: { unsent: true } },
    { service: "payments", collection: "payments", filter: { unsent: true } },
    { service: "notifications", collection: "notifications", filter: { dueAt: { $ne: null } } },
  ] as const;
  const found = counts.map(async ({ service, collection, filter }) => {
    const client = await MongoClient.connect(mongoUri(config, service));
    try {
      const count = await client.db().collection(collection).countDocuments(filter);
      return count > 0 ? [`${count} ${collection} with something unsent`] : [];
    } finally {
      await client.close();
    }
  });
  return (await Promise.all(found)).flat();
}
