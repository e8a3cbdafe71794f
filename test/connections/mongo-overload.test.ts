import { afterAll, beforeAll, expect, it } from "vitest";
import { MAX_POOL_SIZE } from "#durable-objects/document-pool/connection.ts";
import { POOLS } from "#durable-objects/document-pool/spread.ts";
import { asked, manyConnections } from "./support/asked.ts";
import { type PoolInWorkerd, startPool } from "./support/pool.ts";

/** More reads at once than MongoDB answers in time: how they are answered, not how fast. */

let pool: PoolInWorkerd;
const agent = manyConnections();
beforeAll(async () => {
  pool = await startPool({ members: 3 });
}, 60_000);
afterAll(async () => {
  agent.destroy();
  await pool.close();
});

const READS = 600;
/** So slow that in the five seconds that each may wait half of them have their turn. */
const SLOW_MS = (5_000 * POOLS * MAX_POOL_SIZE) / (READS / 2);

const read = () => asked(`${pool.url}/edge`, agent);

it("serves what has its turn in time, and refuses the rest with 503 and Retry-After", async () => {
  expect(await read()).toMatchObject({ kind: "served" });
  pool.set.slowDown(SLOW_MS);
  const outcomes = await Promise.all(Array.from({ length: READS }, read));
  expect(outcomes.filter(({ kind }) => kind === "wrong")).toEqual([]);
  expect(outcomes.filter(({ kind }) => kind === "served").length).toBeGreaterThan(POOLS);
  expect(outcomes.filter(({ kind }) => kind === "refused").length).toBeGreaterThan(0);
  expect(pool.set.connections().most).toBeLessThanOrEqual(POOLS * (3 + MAX_POOL_SIZE));
  pool.set.slowDown(0);
  expect(await read()).toMatchObject({ kind: "served" });
});
