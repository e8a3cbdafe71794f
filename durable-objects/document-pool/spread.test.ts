import { expect, it } from "vitest";
import type { DocumentCommand } from "./rpc.ts";
import { POOLS, spreadPool } from "./spread.ts";

/** Pools that answer with the command, and who has heard how many. */
function rig() {
  const heard = new Map<string, number>();
  const pool = spreadPool({
    getByName: (name: string) => ({
      run: async (command: DocumentCommand) => {
        heard.set(name, (heard.get(name) ?? 0) + 1);
        return { ok: true as const, value: command };
      },
    }),
  });
  return { heard, pool };
}

const write = (n: number): DocumentCommand => ({ do: "insertOne", in: "rows", document: { _id: `w${n}` } });
const read = (n: number): DocumentCommand => ({ do: "findOne", in: "rows", filter: { _id: `r${n}` } });

it("gives each pool its share of the writes, and every answer to who asked", async () => {
  const { heard, pool } = rig();
  const commands = Array.from({ length: 10 * POOLS }, (_, n) => write(n));
  const answers = await Promise.all(commands.map((command) => pool.run(command)));
  expect(answers.map((answer) => answer.ok && answer.value)).toEqual(commands);
  expect([...heard.values()]).toEqual(Array(POOLS).fill(10));
  expect([...heard.keys()]).toContain("pool");
});

it("asks one pool for the same read, and all of them for many reads", async () => {
  const { heard, pool } = rig();
  for (let n = 0; n < 50; n++) await pool.run(read(1));
  expect([...heard.values()]).toEqual([50]);
  for (let n = 0; n < 50 * POOLS; n++) await pool.run(read(n));
  expect(heard.size).toBe(POOLS);
  expect(Math.max(...heard.values())).toBeLessThan(3 * 50 + 50);
});
