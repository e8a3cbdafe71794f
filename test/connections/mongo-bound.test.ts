import type { UpdateFilter } from "mongodb";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { Document, DocumentAnswer } from "#durable-objects/document-pool/rpc.ts";
import { type PoolInWorkerd, startPool } from "./support/pool.ts";

/**
 * The pool object in workerd before a replica set of three: how many TCP connections it holds, counted at the servers.
 * workerd itself sets no limit, so that what is over six would be seen here and not refused.
 */

/** https://developers.cloudflare.com/workers/platform/limits/#simultaneous-open-connections */
const CLOUDFLARES_LIMIT = 6;

let pool: PoolInWorkerd;
beforeAll(async () => {
  pool = await startPool({ members: 3 });
}, 60_000);
afterAll(() => pool.close());

beforeEach(() => {
  pool.set.slowDown(0);
  pool.set.recount();
});

let last = 0;
const insert = () => pool.run({ do: "insertOne", in: "rows", document: { _id: `row-${++last}` } });

/** Ten that write without a pause, while `meanwhile` happens; a write that was not answered for is asked for again. */
async function underLoad(meanwhile: (taken: () => number) => Promise<void>): Promise<string[]> {
  const taken: string[] = [];
  let isOver = false;
  const writer = async () => {
    while (!isOver) {
      const _id = `row-${++last}`;
      const ask = () => pool.run({ do: "insertOne", in: "rows", document: { _id } });
      let answer = await ask();
      // A duplicate is a write of ours that was taken and not answered for.
      while (!answer.ok && answer.kind !== "duplicate") {
        expect(answer.kind).toBe("unavailable");
        answer = await ask();
      }
      taken.push(_id);
    }
  };
  const writers = Promise.all(Array.from({ length: 10 }, writer));
  await meanwhile(() => taken.length);
  isOver = true;
  await writers;
  return taken;
}

async function count(): Promise<unknown> {
  const answer = await pool.run({ do: "count", in: "rows", filter: {} });
  return answer.ok ? answer.value : answer;
}

const most = () => pool.set.connections().most;

it("holds a connection to each member and one for work under full load", async () => {
  await underLoad((taken) => expect.poll(taken, { interval: 10 }).toBeGreaterThan(100));
  expect(most()).toBe(3 + 1);
});

it("holds no more than six when the primary has been each of the three, and every write is there once", async () => {
  const before = Number(await count());
  const answers: DocumentAnswer[] = [];
  for (const primary of [1, 2, 0]) {
    pool.set.elect(primary);
    answers.push(...(await Promise.all(Array.from({ length: 20 }, insert))));
  }
  expect(answers.filter(({ ok }) => !ok)).toEqual([]);
  expect(await count()).toBe(before + 60);
  expect(most()).toBe(CLOUDFLARES_LIMIT);
});

it("does each write once whose answer was lost while the primary changed", async () => {
  await pool.run({ do: "insertOne", in: "counters", document: { _id: "one", times: 0 } });
  for (const [times, primary] of [1, 2, 0].entries()) {
    const isCut = pool.set.loseAnswerTo("findAndModify");
    const update = { $inc: { times: 1 } } as unknown as UpdateFilter<Document>;
    const lost = pool.run({ do: "findOneAndUpdate", in: "counters", filter: { _id: "one" }, update });
    await isCut;
    pool.set.elect(primary);
    expect(await lost).toMatchObject({ ok: true, value: { times: times + 1 } });
  }
  expect(most()).toBeLessThanOrEqual(CLOUDFLARES_LIMIT);
});

it("stays within six under load while members die, come back and take over", {
  timeout: 90_000,
}, async () => {
  const before = Number(await count());
  const taken = await underLoad(async (soFar) => {
    const more = (writes: number) => expect.poll(soFar, { interval: 10 }).toBeGreaterThan(soFar() + writes);
    for (const member of [0, 1, 2]) {
      await more(50);
      await pool.set.kill(member);
      pool.set.elect((member + 1) % 3);
      await more(50);
      await pool.set.revive(member);
    }
  });
  expect(await count()).toBe(before + taken.length);
  expect(most()).toBeLessThanOrEqual(CLOUDFLARES_LIMIT);
});

it("answers everyone while the primary stands still, and goes on with the next one", {
  timeout: 90_000,
}, async () => {
  pool.set.freeze(0);
  const asked = Array.from({ length: 50 }, insert);
  const first = await Promise.race(asked);
  expect(first).toMatchObject({ ok: false, kind: "unavailable" });
  pool.set.elect(1);
  const answers = await Promise.all(asked);
  for (const answer of answers)
    expect(answer.ok || answer.kind).toSatisfy((is) => is === true || is === "unavailable");
  await expect.poll(async () => (await insert()).ok).toBe(true);
  pool.set.thaw(0);
  expect((await insert()).ok).toBe(true);
  expect(most()).toBeLessThanOrEqual(CLOUDFLARES_LIMIT);
});

it("is counted here, because workerd opens as many as it is asked for", async () => {
  expect(await pool.sockets(CLOUDFLARES_LIMIT + 4)).toBe(CLOUDFLARES_LIMIT + 4);
});
