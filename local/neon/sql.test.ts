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

describe("a role and its database", () => {
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
