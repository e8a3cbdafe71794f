import { afterAll, beforeAll, expect, it } from "vitest";
import { DEFAULT_POOL_SIZE, MAX_QUEUE } from "#local/neon/limits.ts";
import { asked, manyConnections, type Outcome } from "./support/asked.ts";
import { type Edge, startEdge } from "./support/edge.ts";

/** More reads at once than connections and places in their queue: how they are answered, not how fast. */

let edge: Edge;
const agent = manyConnections();
beforeAll(async () => {
  edge = await startEdge();
}, 60_000);
afterAll(async () => {
  agent.destroy();
  await edge.close();
});

const READS = 2 * (DEFAULT_POOL_SIZE + MAX_QUEUE);
const read = () => asked(`${edge.url}/http`, agent);
const count = (outcomes: Outcome[], kind: Outcome["kind"]) =>
  outcomes.filter((one) => one.kind === kind).length;

/** The most connections that were seen while something went on. */
async function mostDuring<T>(work: Promise<T>): Promise<{ result: T; most: number }> {
  let most = 0;
  let isOver = false;
  const ended = work.finally(() => {
    isOver = true;
  });
  while (!isOver) most = Math.max(most, await edge.connections());
  return { result: await ended, most };
}

it("serves what the queue holds, and refuses the rest with 503 and Retry-After", async () => {
  await edge.slowDown(0.05);
  const { result, most } = await mostDuring(Promise.all(Array.from({ length: READS }, read)));
  expect(result.filter(({ kind }) => kind === "wrong")).toEqual([]);
  expect(count(result, "served") + count(result, "refused")).toBe(READS);
  expect(count(result, "served")).toBeGreaterThan(DEFAULT_POOL_SIZE);
  expect(count(result, "refused")).toBeGreaterThan(0);
  expect(most).toBeLessThanOrEqual(DEFAULT_POOL_SIZE);
  await edge.slowDown(0);
  expect(await read()).toMatchObject({ kind: "served" });
});

it("refuses everything while nobody can read, and serves again at once when they can", async () => {
  await edge.admin.query("begin; lock table slow in access exclusive mode");
  const { result, most } = await mostDuring(Promise.all(Array.from({ length: READS }, read)));
  expect(count(result, "refused")).toBe(READS);
  expect(most).toBeLessThanOrEqual(DEFAULT_POOL_SIZE);
  await edge.admin.query("commit");
  await expect.poll(read).toMatchObject({ kind: "served" });
  const after = await Promise.all(Array.from({ length: DEFAULT_POOL_SIZE }, read));
  expect(count(after, "served")).toBe(DEFAULT_POOL_SIZE);
});
