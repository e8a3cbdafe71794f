import { mkdtemp, rm, unlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { ServiceDatabase } from "../postgres/databases.ts";
import { startTestPostgres, type TestPostgres } from "../postgres/testing.ts";
import { migratePostgres } from "./migrate.ts";

let postgres: TestPostgres;
let service: ServiceDatabase;
let dir: string;
let services = 0;

beforeAll(async () => {
  postgres = await startTestPostgres();
}, 60_000);
afterAll(() => postgres.close());
beforeEach(async () => {
  services += 1;
  service = await postgres.addDatabase(`service_${services}`);
  dir = await mkdtemp(join(tmpdir(), "ticketflow-migrate-"));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const SEAT = "20260101000000000_create-seat";
const HOLDER = "20260102000000000_add-holder";
const LATER = "20260103000000000_later";
const file = (name: string) => join(dir, `${name}.sql`);
const write = (name: string, text: string) => writeFile(file(name), text);
async function writeBoth() {
  await write(SEAT, "-- seats\ncreate table seat (id int primary key);\ninsert into seat values (1), (2);\n");
  await write(HOLDER, "alter table seat add column holder text default 'nobody';\n");
}
const migrate = () =>
  migratePostgres({
    host: postgres.host,
    port: postgres.port,
    service: service.name,
    password: service.password,
    dir,
  });

async function ask(sql: string): Promise<unknown[]> {
  const { host, port } = postgres;
  const { name, password } = service;
  const client = new Client({ host, port, user: name, database: name, password });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

test("files are applied in order, once, as the service's own role", async () => {
  await writeBoth();
  expect(await migrate()).toEqual([SEAT, HOLDER]);
  expect(await ask("select * from seat order by id")).toEqual([
    { id: 1, holder: "nobody" },
    { id: 2, holder: "nobody" },
  ]);
  expect(await ask("select tableowner from pg_tables where tablename = 'seat'")).toEqual([
    { tableowner: service.name },
  ]);
  expect(await migrate()).toEqual([]);
  await write(LATER, "create table later ();");
  expect(await migrate()).toEqual([LATER]);
});

test("of several at once one applies and the others wait", async () => {
  await write(SEAT, "create table seat (id int primary key); select pg_sleep(0.2);");
  await write(HOLDER, "alter table seat add column holder text;");
  const applied = await Promise.all([migrate(), migrate(), migrate()]);
  expect(applied.toSorted((a, b) => b.length - a.length)).toEqual([[SEAT, HOLDER], [], []]);
});

describe("what was applied stays as it was", () => {
  test("a changed file is refused before anything is run", async () => {
    await writeBoth();
    await migrate();
    await write(SEAT, "create table seat (id bigint primary key);\n");
    await write(LATER, "create table later ();");
    await expect(migrate()).rejects.toThrow(`${file(SEAT)} was changed after it was applied`);
    expect(await ask("select to_regclass('later') as later")).toEqual([{ later: null }]);
  });

  test("a removed file is refused", async () => {
    await writeBoth();
    await migrate();
    await unlink(file(HOLDER));
    await expect(migrate()).rejects.toThrow(`${HOLDER} was applied, but its file is gone`);
  });

  test("a new file before an applied one is refused", async () => {
    await write(HOLDER, "create table a ();");
    await migrate();
    await write(SEAT, "create table b ();");
    await expect(migrate()).rejects.toThrow(
      `${file(SEAT)} comes before ${HOLDER}, which was applied already`,
    );
    expect(await ask("select to_regclass('b') as b")).toEqual([{ b: null }]);
  });
});

test("a broken file is undone as a whole, named with its line, and may be mended", async () => {
  await write(SEAT, "create table seat (id int primary key);");
  await write(HOLDER, "create table half ();\n-- ü🎭\ninsert into\n  nowhere values (1);\n");
  await expect(migrate()).rejects.toThrow(`${file(HOLDER)}:4: relation "nowhere" does not exist`);
  expect(await ask("select to_regclass('half') as half, to_regclass('seat')::text as seat")).toEqual([
    { half: null, seat: "seat" },
  ]);
  await write(HOLDER, "create table whole ();");
  expect(await migrate()).toEqual([HOLDER]);
});

describe("a file that is no plain migration is refused, by name", () => {
  test.each([
    ["0001_short.sql", "select 1"],
    ["20261301000000000_no-such-month.sql", "select 1"],
    ["20260101000000000_Capitals.sql", "select 1"],
    ["20260101000000000_script.js", "x"],
    ["20260101000000000_down.sql", "-- Up Migration\nselect 1;\n-- Down Migration\nselect 2;"],
  ])("%s", async (name, text) => {
    await writeFile(join(dir, name), text);
    await expect(migrate()).rejects.toThrow(join(dir, name));
  });

  test("two of one time", async () => {
    await write(SEAT, "select 1");
    await write(`${SEAT}-too`, "select 1");
    await expect(migrate()).rejects.toThrow("order is undecided");
  });
});

test("a wrong password is the server's own error", async () => {
  service = { ...service, password: "wrong" };
  await expect(migrate()).rejects.toMatchObject({ code: "28P01" });
});
