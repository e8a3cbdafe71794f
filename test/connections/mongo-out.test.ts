import { afterAll, beforeAll, expect, it } from "vitest";
import { type PoolInWorkerd, startPool } from "./support/pool.ts";

let pool: PoolInWorkerd;
beforeAll(async () => {
  pool = await startPool({ members: 3 });
}, 60_000);
afterAll(() => pool.close());

const isThere = () => pool.run({ do: "findOne", in: "rows", filter: { _id: "row" } });

it("is told at once that MongoDB is out, once that is known, and is answered again when it is back", async () => {
  expect(await isThere()).toEqual({ ok: true, value: null });
  for (const member of [0, 1, 2]) await pool.set.kill(member);
  await expect
    .poll(async () => JSON.stringify(await isThere()), { timeout: 80_000 })
    .toMatch(/"unavailable".*circuit open/);
  for (const member of [0, 1, 2]) await pool.set.revive(member);
  pool.set.elect(0);
  await expect.poll(isThere, { timeout: 60_000 }).toEqual({ ok: true, value: null });
});
