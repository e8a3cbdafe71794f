import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { encodeDelta } from "#shared/seats/delta.ts";
import { encodeSeats } from "#shared/seats/packed.ts";
import { drive } from "./load/drive.ts";
import type { Job } from "./load/job.ts";
import { leanServer } from "./peers/http.ts";
import { mostBehind, Watched } from "./watch/watched.ts";
import type { SeatReply, SeatRequest } from "./wire.ts";

/** A contender in this process, with what it says is taken. */
async function contender(
  handle: (request: SeatRequest) => SeatReply["outcome"],
  taken: Set<string>,
): Promise<string> {
  const server = leanServer(
    async ({ method, body }) => {
      if (method === "GET") return [...taken];
      const request = JSON.parse(body) as SeatRequest;
      return { id: request.id, outcome: handle(request) };
    },
    () => {},
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/fake`;
}

const job = (base: string, other: Partial<Job> = {}): Job => ({
  ...{ base, over: "http", events: ["event"], seats: 400, inFlight: 4, batch: null, hotSeats: null },
  ...{ perSecond: null, grants: true, warmUpMs: 0, measuredMs: 2_000, seed: 1, ...other },
});

it("a contender that grants each seat once is asked for all of them, and nothing is wrong", async () => {
  const taken = new Set<string>();
  const base = await contender(({ seats }) => {
    for (const seat of seats) taken.add(seat);
    return "LOCKED";
  }, taken);
  const result = await drive(job(base));
  expect(result).toMatchObject({ locks: 100, violations: [] });
  expect(result.locksPerSecond).toBeGreaterThan(0);
});

it("one that grants what is taken is found, and so is one that keeps nothing", async () => {
  const double = await drive(
    job(await contender(() => "LOCKED", new Set()), { hotSeats: 4, measuredMs: 30 }),
  );
  expect(double.violations.join()).toMatch(
    /seat \d of event 0 was granted to \d+ while \d+ holds it|was answered with LOCKED/,
  );
  const forgetful = await drive(job(await contender(() => "LOCKED", new Set())));
  expect(forgetful.violations[0]).toBe("seat 0 of event 0 was granted to 0 and is not taken");
});

it("one that refuses what is free is found", async () => {
  const { violations } = await drive(job(await contender(() => "REFUSED", new Set())));
  expect(violations).toEqual(["100 locks of free seats were refused"]);
});

it("locks at a rate are sent whatever their answers take", async () => {
  const taken = new Set<string>();
  const base = await contender(({ seats }) => {
    for (const seat of seats) taken.add(seat);
    return "LOCKED";
  }, taken);
  const result = await drive(job(base, { perSecond: 200, inFlight: 20, measuredMs: 100, warmUpMs: 0 }));
  expect(result.answeredAt).toHaveLength(20);
  expect(result.violations).toEqual([]);
});

it("of watchers, the slowest counts; one that missed something is seen", () => {
  const watched = new Watched();
  const [fast, slow] = [watched.watcher(), watched.watcher()];
  const whole = { eventVersion: 0, planVersion: 1, epoch: 1, seq: 1, free: new Uint32Array(), seats: 0 };
  const first = encodeSeats({ ...whole, states: new Uint8Array() });
  const change = (fromSeq: number, toSeq: number) =>
    encodeDelta({ planVersion: 1, epoch: 1, fromSeq, toSeq, areas: [], seats: [] });
  for (const hear of [fast, slow]) hear(first, 0);
  fast(change(1, 3), 110);
  slow(change(1, 3), 150);
  fast(change(3, 4), 200);
  slow(change(4, 5), 220);
  const report = watched.report();
  expect(report).toMatchObject({ firstSeq: 1, leastSeq: 4, gaps: 1 });
  // Entries 2 to 5 were answered at these times: entry 2 was heard of by the last watcher 140 ms later.
  expect(mostBehind(report, [10, 20, 130, 190])).toBe(140);
});
