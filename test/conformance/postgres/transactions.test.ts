import { expect } from "vitest";
import { conforms, refuses } from "../support/cases.ts";
import { usePostgres } from "./support/world.ts";

const t = usePostgres();

const TRANSACTION = "https://github.com/neondatabase/serverless/blob/main/CONFIG.md#transaction-function";
const LEVELS = "https://www.postgresql.org/docs/current/sql-set-transaction.html";
const SESSIONS = "https://neon.com/docs/serverless/serverless-driver";
const LOCKS = "https://www.postgresql.org/docs/current/sql-select.html#SQL-FOR-UPDATE-SHARE";

const ids = async (table: string) =>
  (await t.sql.query(`select id from ${table} order by id`)).map(({ id }) => id);

conforms(TRANSACTION, "all of its queries apply, and each is answered", async () => {
  const table = await t.table("id int primary key");
  const results = await t.sql.transaction([
    t.sql.query(`insert into ${table} values (1) returning id`),
    t.sql.query(`select count(*)::int as n from ${table}`),
  ]);
  expect(results).toEqual([[{ id: 1 }], [{ n: 1 }]]);
});

conforms(LEVELS, "isolation level, read-only and deferrable come from its options", async () => {
  const show = (options: object) =>
    t.sql.transaction(
      [
        t.sql`show transaction_isolation`,
        t.sql`show transaction_read_only`,
        t.sql`show transaction_deferrable`,
      ],
      { arrayMode: true, ...options },
    );
  expect(await show({})).toEqual([[["read committed"]], [["off"]], [["off"]]]);
  const repeatable = await show({ isolationLevel: "RepeatableRead" });
  expect(repeatable).toEqual([[["repeatable read"]], [["off"]], [["off"]]]);
  const all = { isolationLevel: "Serializable", readOnly: true, deferrable: true };
  expect(await show(all)).toEqual([[["serializable"]], [["on"]], [["on"]]]);
});

conforms(
  SESSIONS,
  "a pool's connection keeps its session: tables, settings, an open transaction",
  async () => {
    await t.withPool(async (pool) => {
      const client = await pool.connect();
      await client.query("create temp table t (n int)");
      await client.query("begin");
      await client.query("insert into t values ($1)", [1]);
      await client.query("rollback");
      expect((await client.query("select count(*)::int as n from t")).rows).toEqual([{ n: 0 }]);
      client.release();
    });
  },
);

conforms(SESSIONS, "large answers and large parameters pass whole", async () => {
  const text = "ü".repeat(500_000);
  await t.withPool(async (pool) => {
    const { rows } = await pool.query("select $1::text || repeat('y', 2000000) as text", [text]);
    expect(rows[0].text === text + "y".repeat(2_000_000)).toBe(true);
  });
});

conforms(SESSIONS, "a pool has several connections, each with its own session", async () => {
  await t.withPool(async (pool) => {
    const [one, other] = [await pool.connect(), await pool.connect()];
    await one.query("set application_name = 'one'");
    const names = await Promise.all([one, other].map((client) => client.query("show application_name")));
    expect(names.map(({ rows }) => rows[0].application_name === "one")).toEqual([true, false]);
    one.release();
    other.release();
  });
});

conforms(LOCKS, "what another transaction holds is skipped", async () => {
  const table = await t.table("id int primary key");
  await t.sql.query(`insert into ${table} values (1), (2)`);
  await t.withPool(async (pool) => {
    const holder = await pool.connect();
    await holder.query("begin");
    await holder.query(`select from ${table} where id = 1 for update`);
    const free = await t.sql.query(`select id from ${table} order by id for update skip locked`);
    await holder.query("rollback");
    holder.release();
    expect(free).toEqual([{ id: 2 }]);
  });
});

refuses(TRANSACTION, "as a whole when one query fails, and says which error that was", async () => {
  const table = await t.table("id int primary key");
  const attempt = t.sql.transaction([
    t.sql.query(`insert into ${table} values (1)`),
    t.sql.query(`insert into ${table} values (1)`),
    t.sql.query(`insert into ${table} values (2)`),
  ]);
  await expect(attempt).rejects.toMatchObject({ code: "23505", constraint: `${table}_pkey` });
  expect(await ids(table)).toEqual([]);
});

refuses(TRANSACTION, "as a whole when a deferred constraint fails at its end", async () => {
  const table = await t.table("id int unique deferrable initially deferred");
  const insert = () => t.sql.query(`insert into ${table} values (1)`);
  await expect(t.sql.transaction([insert(), insert()])).rejects.toMatchObject({ code: "23505" });
  expect(await ids(table)).toEqual([]);
});

refuses(LEVELS, "to write in a read-only transaction", async () => {
  const table = await t.table("id int primary key");
  const write = t.sql.transaction([t.sql.query(`insert into ${table} values (1)`)], { readOnly: true });
  await expect(write).rejects.toMatchObject({ code: "25006" });
  expect(await ids(table)).toEqual([]);
});

refuses(SESSIONS, "a query in a transaction that has failed, until it is rolled back", async () => {
  await t.withPool(async (pool) => {
    const client = await pool.connect();
    await client.query("begin");
    await expect(client.query("select 1/0")).rejects.toMatchObject({ code: "22012" });
    await expect(client.query("select 1")).rejects.toMatchObject({ code: "25P02" });
    await client.query("rollback");
    expect((await client.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
    client.release();
  });
});

refuses(LOCKS, "to wait where told not to", async () => {
  const table = await t.table("id int primary key");
  await t.sql.query(`insert into ${table} values (1)`);
  await t.withPool(async (pool) => {
    const holder = await pool.connect();
    await holder.query("begin");
    await holder.query(`select from ${table} for update`);
    const refused = t.sql.query(`select id from ${table} for update nowait`);
    await expect(refused).rejects.toMatchObject({ code: "55P03" });
    await holder.query("rollback");
    holder.release();
  });
});

refuses(SESSIONS, "a wrong password", async () => {
  const wrong = new URL(t.url);
  wrong.password = "wrong";
  await t.withPool(async (pool) => {
    await expect(pool.query("select 1")).rejects.toThrow();
  }, wrong.href);
});
