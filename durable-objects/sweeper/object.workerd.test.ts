import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, expect, it } from "vitest";
import { type TestSweeper, world } from "./testing/worker.ts";

const { SWEEPER } = env as unknown as { SWEEPER: DurableObjectNamespace<TestSweeper> };

let name = 0;
const sweeper = () => SWEEPER.getByName(String(name));
/** Runs the alarm. @returns in how many ms the next one comes */
async function runAlarm(): Promise<number> {
  expect(await runDurableObjectAlarm(sweeper())).toBe(true);
  return runInDurableObject(sweeper(), async (_, { storage }) => (await storage.getAlarm())! - world.now);
}

beforeEach(() => {
  name += 1;
  Object.assign(world, { error: null, random: 0.5, sweeps: [] });
});

it("sweeps when it is poked, and plans the next sweep by itself, not always as soon", async () => {
  await sweeper().poke();
  expect(await runAlarm()).toBe(5_000);
  expect(world.sweeps).toEqual([world.now]);
  world.random = 1;
  expect(await runAlarm()).toBe(6_000);
});

it("goes on after sweeps that fail, later and later up to a limit, until one succeeds", async () => {
  world.error = new Error("postgres is out");
  world.random = 1;
  await sweeper().poke();
  const pauses: number[] = [];
  for (let sweeps = 0; sweeps < 5; sweeps++) pauses.push(await runAlarm());
  expect(pauses).toEqual([10_000, 20_000, 30_000, 30_000, 30_000]);
  world.error = null;
  expect(await runAlarm()).toBe(6_000);
});
