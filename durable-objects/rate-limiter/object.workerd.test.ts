import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { RateLimiter } from "./object.ts";

const limiters = (env as unknown as { RATE_LIMITER: DurableObjectNamespace<RateLimiter> }).RATE_LIMITER;
/** So slow that no token comes back while a test runs. */
const limit = { burst: 10, refillMs: 3_600_000 };

async function admitted(name: string, asks: number): Promise<number> {
  const shard = limiters.getByName(name);
  const answers = await Promise.all(Array.from({ length: asks }, () => shard.take("key", limit)));
  return answers.filter(({ ok }) => ok).length;
}

it("admits the burst of twice as many, all at once", async () => {
  expect(await admitted("burst", 20)).toBe(10);
  expect(await admitted("burst", 20)).toBe(0);
});

it("remembers while it sleeps", async () => {
  const shard = limiters.getByName("sleep");
  expect(await admitted("sleep", 7)).toBe(7);
  await expect
    .poll(() =>
      runInDurableObject(shard, (_, state) => [...state.storage.sql.exec("select key from bucket")].length),
    )
    .toBe(1);
  await evictDurableObject(shard);
  expect(await admitted("sleep", 7)).toBe(3);
});

it("keeps nothing of a bucket that is full again", async () => {
  const shard = limiters.getByName("full");
  await shard.take("old", { burst: 1, refillMs: 1 });
  await shard.take("new", limit);
  await expect
    .poll(() =>
      runInDurableObject(shard, (_, state) => [...state.storage.sql.exec("select key from bucket")]),
    )
    .toEqual([{ key: "new" }]);
});
