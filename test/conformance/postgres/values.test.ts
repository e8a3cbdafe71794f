import { neon } from "@neondatabase/serverless";
import { expect } from "vitest";
import { conforms, refuses } from "../support/cases.ts";
import { usePostgres } from "./support/world.ts";

const t = usePostgres();

const DRIVER = "https://neon.com/docs/serverless/serverless-driver";
const OPTIONS = "https://github.com/neondatabase/serverless/blob/main/CONFIG.md";
const CODES = "https://www.postgresql.org/docs/current/errcodes-appendix.html";

conforms(DRIVER, "each type comes back as node-postgres gives it", async () => {
  const [row] =
    await t.sql`select 9007199254740993::int8 as int8, 7::int4 as int4, 12.50::numeric as "numeric",
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

conforms(DRIVER, "each type goes in as a parameter", async () => {
  const at = new Date("2026-03-01T10:00:00.123Z");
  const [row] =
    await t.sql`select ${"9007199254740993"}::int8 as int8, ${12.5}::numeric as "numeric", ${true}::bool as yes,
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

conforms(DRIVER, "what is interpolated is a value, never part of the statement", async () => {
  const evil = "'; drop table seat; --";
  expect(await t.sql`select ${evil}::text as text`).toEqual([{ text: evil }]);
});

conforms(OPTIONS, "rows as arrays, so that columns of one name are apart", async () => {
  expect(await t.sql.query("select 1 as same, 2 as same", [], { arrayMode: true })).toEqual([[1, 2]]);
});

conforms(OPTIONS, "full results have the command, the number of rows and the fields", async () => {
  const table = await t.table("id int primary key, holder text");
  const full = neon(t.url, { fullResults: true });
  const made = await full.query(`insert into ${table} values (1, 'a'), (2, 'b') returning id`);
  expect(made).toMatchObject({ command: "INSERT", rowCount: 2, rows: [{ id: 1 }, { id: 2 }] });
  expect(made.fields).toMatchObject([{ name: "id", dataTypeID: 23 }]);
  const none = await full.query(`update ${table} set holder = 'c' where id = 9`);
  expect(none).toMatchObject({ command: "UPDATE", rowCount: 0, rows: [], fields: [] });
});

conforms(DRIVER, "many queries at once, each with its own answer", async () => {
  const answers = await Promise.all(Array.from({ length: 60 }, (_, i) => t.sql`select ${i}::int as i`));
  expect(answers.map(([row]) => row?.i)).toEqual(Array.from({ length: 60 }, (_, i) => i));
});

refuses(CODES, "a broken constraint, with its name, its table and the detail", async () => {
  const table = await t.table("id int, holder text not null");
  await t.sql.query(`alter table ${table} add constraint ${table}_pk primary key (id)`);
  await t.sql.query(`insert into ${table} values (1, 'a')`);
  await expect(t.sql.query(`insert into ${table} values (1, 'b')`)).rejects.toMatchObject({
    name: "NeonDbError",
    message: `duplicate key value violates unique constraint "${table}_pk"`,
    severity: "ERROR",
    code: "23505",
    detail: "Key (id)=(1) already exists.",
    schema: "public",
    table,
    constraint: `${table}_pk`,
  });
  await expect(t.sql.query(`insert into ${table} values (2, null)`)).rejects.toMatchObject({
    code: "23502",
    column: "holder",
  });
});

refuses.each(
  CODES,
  [
    ["selec 1", "42601"],
    ["select 1; select 2", "42601"],
    ["select * from conformance_nowhere", "42P01"],
    ["select nothing_such", "42703"],
    ["select nothing_such()", "42883"],
    ["select 'x'::int", "22P02"],
    ["select 1/0", "22012"],
    ["select 3000000000::int", "22003"],
    ["select repeat('x', 30)::varchar(3)::int", "22P02"],
    ["create table pg_catalog.conformance (id int)", "42501"],
  ] as const,
  ([statement, code]) => `${statement} (${code})`,
  async ([statement, code]) => {
    await expect(t.sql.query(statement)).rejects.toMatchObject({ name: "NeonDbError", code });
  },
);

refuses(CODES, "a syntax error, with its place", async () => {
  await expect(t.sql.query("select 1 form x")).rejects.toMatchObject({ code: "42601", position: "15" });
});

refuses(CODES, "a parameter that is none of its type, and one too few", async () => {
  await expect(t.sql`select ${"x"}::int`).rejects.toMatchObject({ code: "22P02" });
  await expect(t.sql.query("select $1::int, $2::int", [1])).rejects.toMatchObject({ code: "08P01" });
});

refuses(CODES, "a wrong password, also while connections of the right one are open", async () => {
  await t.sql`select 1`;
  const wrong = new URL(t.url);
  wrong.password = "wrong";
  await expect(neon(wrong.href)`select 1`).rejects.toThrow();
  expect(await t.sql`select 1 as one`).toEqual([{ one: 1 }]);
});

refuses(CODES, "a database that there is not", async () => {
  const nowhere = new URL(t.url);
  nowhere.pathname = "/conformance_nowhere";
  await expect(neon(nowhere.href)`select 1`).rejects.toThrow();
});
