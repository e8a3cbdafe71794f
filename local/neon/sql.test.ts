import { neon } from "@neondatabase/serverless";
import { Client } from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startTestNeon, type TestNeon } from "./testing.ts";

let endpoint: TestNeon;
let url: string;
let sql: ReturnType<typeof neon<false, false>>;

beforeAll(async () => {
  endpoint = await startTestNeon();
  await endpoint.postgres.addDatabase("other");
  url = endpoint.urlOf(await endpoint.postgres.addDatabase("bookings"));
  sql = neon(url);
}, 60_000);
afterAll(() => endpoint.close());

beforeEach(async () => {
  await sql`drop table if exists seat`;
  await sql`create table seat (id int constraint seat_pk primary key, holder text not null)`;
});
const ids = async () => (await sql`select id from seat order by id`).map((row) => row.id);

describe("values come back as node-postgres gives them", () => {
  test("each type", async () => {
    const [row] =
      await sql`select 9007199254740993::int8 as int8, 7::int4 as int4, 12.50::numeric as "numeric",
      0.1::float8 as float8, true as yes, null as nothing, '{"a":[1,null]}'::json as json, '{"b":"ö"}'::jsonb as jsonb,
      '2026-03-01T10:00:00.123Z'::timestamptz as at, '\\x00ff'::bytea as bytes, array[1,2,null] as ints,
      array['a,b','c"d',''] as texts, 'ü''\\' as text, '' as empty`;
    expect(row).toEqual({
      int8: "9007199254740993",
      int4: 7,
      numeric: "12.50",
      float8: 0.1,
      yes: true,
      nothing: null,
      json: { a: [1, null] },
      jsonb: { b: "ö" },
      at: new Date("2026-03-01T10:00:00.123Z"),
      bytes: Buffer.from([0, 255]),
      ints: [1, 2, null],
      texts: ["a,b", 'c"d', ""],
      text: "ü'\\",
      empty: "",
    });
  });

  test("each type as a parameter", async () => {
    const at = new Date("2026-03-01T10:00:00.123Z");
    const [row] =
      await sql`select ${"9007199254740993"}::int8 as int8, ${12.5}::numeric as "numeric", ${true}::bool as yes,
      ${null}::text as nothing, ${JSON.stringify({ a: 1 })}::jsonb as jsonb, ${at}::timestamptz as at,
      ${Buffer.from([0, 255])}::bytea as bytes, ${["a,b", 'c"d', null]}::text[] as texts, ${[1, 2]}::int[] as ints`;
    expect(row).toEqual({
      int8: "9007199254740993",
      numeric: "12.5",
      yes: true,
      nothing: null,
      jsonb: { a: 1 },
      at,
      bytes: Buffer.from([0, 255]),
      texts: ["a,b", 'c"d', null],
      ints: [1, 2],
    });
  });

  test("array mode and full results", async () => {
    const query = "select 1 as same, 2 as same";
    expect(await sql.query(query, [], { arrayMode: true })).toEqual([[1, 2]]);
    const full = await neon(url, {
      fullResults: true,
    })`insert into seat values (1, 'a'), (2, 'b') returning id`;
    expect(full).toMatchObject({ command: "INSERT", rowCount: 2, rows: [{ id: 1 }, { id: 2 }] });
    expect(full.fields).toMatchObject([{ name: "id", dataTypeID: 23 }]);
    const none = await neon(url, { fullResults: true })`update seat set holder = 'c' where id = 9`;
    expect(none).toMatchObject({ command: "UPDATE", rowCount: 0, rows: [], fields: [] });
  });
});

describe("errors carry the server's fields", () => {
  test("a broken constraint", async () => {
    await sql`insert into seat values (1, 'a')`;
    await expect(sql`insert into seat values (1, 'b')`).rejects.toMatchObject({
      name: "NeonDbError",
      message: 'duplicate key value violates unique constraint "seat_pk"',
      severity: "ERROR",
      code: "23505",
      detail: "Key (id)=(1) already exists.",
      schema: "public",
      table: "seat",
      constraint: "seat_pk",
    });
    await expect(sql`insert into seat values (2, null)`).rejects.toMatchObject({
      code: "23502",
      column: "holder",
    });
  });

  test("a syntax error and its place; two statements in one query", async () => {
    await expect(sql.query("selec 1")).rejects.toMatchObject({ code: "42601", position: "1" });
    await expect(sql.query("select 1; select 2")).rejects.toMatchObject({ code: "42601" });
  });

  test("a wrong password, also while connections of the right one are open", async () => {
    await sql`select 1`;
    const wrong = neon(url.replace(/:[^:@]+@/, ":wrong@"));
    await expect(wrong`select 1`).rejects.toMatchObject({ code: "28P01" });
  });

  test("a database that is not there, and one of another service", async () => {
    const database = (name: string) => neon(url.replace(/[^/]+$/, name))`select 1`;
    await expect(database("nowhere")).rejects.toMatchObject({ code: "3D000" });
    await expect(database("other")).rejects.toMatchObject({ code: "42501" });
    await expect(database("postgres")).rejects.toMatchObject({ code: "42501" });
  });
});

describe("a transaction", () => {
  test("applies all of its queries, and answers each", async () => {
    const results = await sql.transaction([
      sql`insert into seat values (1, 'a') returning id`,
      sql`select count(*)::int as n from seat`,
    ]);
    expect(results).toEqual([[{ id: 1 }], [{ n: 1 }]]);
  });

  test("applies none of them when one fails, and says which error that was", async () => {
    const attempt = sql.transaction([
      sql`insert into seat values (1, 'a')`,
      sql`insert into seat values (1, 'b')`,
      sql`insert into seat values (2, 'c')`,
    ]);
    await expect(attempt).rejects.toMatchObject({ code: "23505", constraint: "seat_pk" });
    expect(await ids()).toEqual([]);
  });

  test("fails as a whole when a deferred constraint fails at its end", async () => {
    await sql`drop table if exists pair`;
    await sql`create table pair (id int unique deferrable initially deferred)`;
    const attempt = sql.transaction([sql`insert into pair values (1)`, sql`insert into pair values (1)`]);
    await expect(attempt).rejects.toMatchObject({ code: "23505" });
    expect(await sql`select * from pair`).toEqual([]);
  });

  test("takes isolation level, read-only and deferrable from its options", async () => {
    const show = (options: object) =>
      sql.transaction(
        [sql`show transaction_isolation`, sql`show transaction_read_only`, sql`show transaction_deferrable`],
        { arrayMode: true, ...options },
      );
    expect(await show({})).toEqual([[["read committed"]], [["off"]], [["off"]]]);
    expect(await show({ isolationLevel: "RepeatableRead" })).toEqual([
      [["repeatable read"]],
      [["off"]],
      [["off"]],
    ]);
    const all = { isolationLevel: "Serializable", readOnly: true, deferrable: true };
    expect(await show(all)).toEqual([[["serializable"]], [["on"]], [["on"]]]);
    const write = sql.transaction([sql`insert into seat values (1, 'a')`], { readOnly: true });
    await expect(write).rejects.toMatchObject({ code: "25006" });
  });

  test("left open by a single query does not reach the next one", async () => {
    await sql.query("begin");
    await sql`insert into seat values (1, 'a')`;
    const direct = new Client({ ...endpoint.postgres, ...credentials() });
    await direct.connect();
    expect((await direct.query("select id from seat")).rows).toEqual([{ id: 1 }]);
    await direct.end();
  });

  test("an answer too large to return undoes it; alone it is refused", async () => {
    const large = "select repeat('x', 1048576) from generate_series(1, 12)";
    const attempt = sql.transaction([sql`insert into seat values (1, 'a')`, sql.query(large)]);
    await expect(attempt).rejects.toThrow(/507.*too large/);
    expect(await ids()).toEqual([]);
    await expect(sql.query(large)).rejects.toThrow(/507.*too large/);
  });
});

describe("prepared statements", () => {
  test("survive a changed table and being dropped, alone and in a transaction", async () => {
    await sql`insert into seat values (1, 'a')`;
    const all = () => sql`select * from seat`;
    expect(await all()).toEqual([{ id: 1, holder: "a" }]);
    await sql`alter table seat add column note text`;
    expect(await all()).toEqual([{ id: 1, holder: "a", note: null }]);
    await sql`alter table seat drop column holder`;
    expect(await sql.transaction([all(), all()])).toEqual(Array(2).fill([{ id: 1, note: null }]));
    await all();
    await sql.query("deallocate all");
    expect(await all()).toEqual([{ id: 1, note: null }]);
  });
});

test("many at once queue for a few connections, and every answer is its own", async () => {
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, i) => sql`select ${i}::int as i, pg_sleep(0.002)`),
  );
  expect(answers.map(([row]) => row!.i)).toEqual(Array.from({ length: 200 }, (_, i) => i));
  const [used] = await sql`select count(*)::int as n from pg_stat_activity where usename = current_user`;
  expect(used!.n).toBeLessThanOrEqual(10);
});

function credentials() {
  const { username, password } = new URL(url);
  return { user: username, password: decodeURIComponent(password), database: username };
}
