import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { neon, neonConfig } from "@neondatabase/serverless";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestPostgres, type TestPostgres } from "../postgres/testing.ts";
import { freePort } from "../shared/free-port.ts";

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
}, 60_000);
afterAll(() => postgres.close());

function run(env: Record<string, string>): ChildProcess & { lines: AsyncIterableIterator<string> } {
  const child = spawn(process.execPath, [join(import.meta.dirname, "main.ts")], { env });
  return Object.assign(child, { lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() });
}

async function failure(env: Record<string, string>): Promise<string> {
  const child = run(env);
  let errors = "";
  child.stdout?.on("data", (chunk) => {
    errors += chunk;
  });
  const [code] = await once(child, "close");
  expect(code).not.toBe(0);
  return errors;
}

test("serves, answers what is in flight when told to stop, and exits 0", async () => {
  const port = await freePort();
  const child = run({
    PORT: String(port),
    POSTGRES_HOST: postgres.host,
    POSTGRES_PORT: String(postgres.port),
  });
  const exit = once(child, "exit");
  expect(JSON.parse((await child.lines.next()).value as string)).toMatchObject({ event: "listening", port });

  const { name, password } = await postgres.addDatabase("bookings");
  neonConfig.fetchEndpoint = `http://127.0.0.1:${port}/sql`;
  const sql = neon(`postgresql://${name}:${password}@db.example/${name}`);
  await sql`create sequence started`;
  const inFlight = sql`select nextval('started')::int as n, pg_sleep(0.5)`;
  const seen = async () => (await sql`select is_called from started`)[0]?.is_called;
  const answer = inFlight.then((rows) => rows[0]?.n);
  await expect.poll(seen).toBe(true);
  child.kill("SIGTERM");
  expect(await answer).toBe(1);
  expect(JSON.parse((await child.lines.next()).value as string)).toMatchObject({ event: "stopped" });
  expect(await exit).toEqual([0, null]);
});

test("a missing or malformed variable is an error that names it", async () => {
  const env = { PORT: "1", POSTGRES_HOST: "127.0.0.1", POSTGRES_PORT: "1" };
  const { POSTGRES_HOST: _, ...withoutHost } = env;
  const failures = await Promise.all([
    failure(withoutHost),
    failure({ ...env, PORT: "x" }),
    failure({ ...env, POOL_SIZE: "1000" }),
  ]);
  expect(failures[0]).toContain("POSTGRES_HOST is not set");
  expect(failures[1]).toContain("PORT must be");
  expect(failures[2]).toContain("POOL_SIZE must be");
});
