import { expect, it } from "vitest";
import type { DocumentCommand } from "./rpc.ts";
import { spreadPool } from "./spread.ts";

it("gives each pool its share of the commands, and every answer to who asked", async () => {
  const heard = new Map<string, number>();
  const pools = {
    getByName: (name: string) => ({
      run: async (command: DocumentCommand) => {
        heard.set(name, (heard.get(name) ?? 0) + 1);
        return { ok: true as const, value: command };
      },
    }),
  };
  const pool = spreadPool(pools);
  const commands = Array.from(
    { length: 40 },
    (_, n): DocumentCommand => ({ do: "count", in: `c${n}`, filter: {} }),
  );
  const answers = await Promise.all(commands.map((command) => pool.run(command)));
  expect(answers.map((answer) => answer.ok && answer.value)).toEqual(commands);
  expect(Object.fromEntries(heard)).toEqual({ pool: 10, "pool-1": 10, "pool-2": 10, "pool-3": 10 });
});
