import { neon } from "@neondatabase/serverless";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createExecutor } from "./execute.ts";
import { MAX_PREPARED } from "./limits.ts";
import { createPools } from "./pools.ts";
import type { Credentials } from "./request.ts";
import { startTestNeon, type TestNeon } from "./testing.ts";

let endpoint: TestNeon;
let sql: ReturnType<typeof neon<false, false>>;
let credentials: Credentials;

beforeAll(async () => {
  endpoint = await startTestNeon({ poolSize: 4 });
  const service = await endpoint.postgres.addDatabase("bookings");
  credentials = { user: service.name, password: service.password, database: service.name };
  sql = neon(endpoint.urlOf(service));
  await sql`create table effect (n int)`;
}, 60_000);
afterAll(() => endpoint.close());

const health = () => fetch(`http://127.0.0.1:${endpoint.port}/health`);

test.each(["SIGINT", "SIGKILL"] as const)("heals by itself after the server ended by %s", async (signal) => {
  await Promise.all(Array.from({ length: 8 }, () => sql`select pg_sleep(0.01)`));
  expect((await health()).status).toBe(200);
  await endpoint.postgres.stop(signal);
  await expect(sql`select 1`).rejects.toThrow(/503.*08001/);
  expect((await health()).status).toBe(503);
  await endpoint.postgres.start();
  expect((await health()).status).toBe(200);
  const answers = await Promise.all(Array.from({ length: 8 }, () => sql`select 1 as one`));
  expect(answers).toEqual(Array(8).fill([{ one: 1 }]));
});

async function administrator(): Promise<Client> {
  const { host, port, superuserPassword: password } = endpoint.postgres;
  const client = new Client({ host, port, user: "postgres", password, database: "bookings" });
  client.on("error", () => {});
  await client.connect();
  return client;
}

test("a statement in flight when the server is killed is answered: outcome unknown", async () => {
  const direct = await administrator();
  const inFlight = sql`select pg_sleep(60)`.catch((error: Error) => error.message);
  const running = () => direct.query("select from pg_stat_activity where wait_event = 'PgSleep'");
  await expect.poll(async () => (await running()).rowCount).toBe(1);
  await endpoint.postgres.stop("SIGKILL");
  expect(await inFlight).toMatch(/503.*may or may not.*08006/);
  await endpoint.postgres.start();
  expect(await sql`select 1 as one`).toEqual([{ one: 1 }]);
});

test("a statement whose connection is ended is not run again", async () => {
  const direct = await administrator();
  await direct.query("select pg_advisory_lock(1)");
  const statement = sql`insert into effect select 1 from (select pg_advisory_xact_lock(1)) as held`;
  const outcome = statement.catch((error: { code: string }) => error.code);
  const waiting = "select pid from pg_stat_activity where wait_event = 'advisory'";
  await expect.poll(async () => (await direct.query(waiting)).rowCount).toBe(1);
  await direct.query(`select pg_terminate_backend(pid) from (${waiting})`);
  expect(await outcome).toBe("57P01");
  expect((await direct.query(waiting)).rowCount).toBe(0);
  await direct.query("select pg_advisory_unlock(1)");
  expect(await sql`select * from effect`).toEqual([]);
  await direct.end();
});

test("an idle connection that is dead, unnoticed, is passed over before anything is sent", async () => {
  const pools = createPools({ ...endpoint.postgres, size: 2, log: () => {} });
  const first = await pools.acquire(credentials);
  const second = await pools.acquire(credentials);
  first.release();
  second.release();
  // Both are in the pool, and nobody has been told of their end yet.
  first.connection.stream.destroy();
  second.connection.stream.destroy();
  const live = await pools.acquire(credentials);
  expect([first, second]).not.toContain(live);
  expect((await live.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
  live.release();
  await pools.close();
});

test("prepared statements are used, and bounded", async () => {
  const pools = createPools({ ...endpoint.postgres, size: 1, log: () => {} });
  const execute = createExecutor(pools);
  const run = (query: string) =>
    execute(credentials, { statements: [{ query, params: [], arrayMode: true }], begin: undefined });
  for (let i = 0; i < MAX_PREPARED + 20; i += 1) await run(`select ${i}`);
  const [counted] = await run("select count(*) from pg_prepared_statements");
  expect(counted!.rows).toEqual([[String(MAX_PREPARED)]]);
  await pools.close();
});
