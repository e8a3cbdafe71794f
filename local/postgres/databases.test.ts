import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ensureDatabases } from "./databases.ts";
import { startTestPostgres, type TestPostgres } from "./testing.ts";

let postgres: TestPostgres;
const services = [
  { name: "users", password: "pass'word\\1" },
  { name: "bookings", password: "two" },
];

beforeAll(async () => {
  postgres = await startTestPostgres();
  await ensureDatabases({ ...postgres, services });
}, 60_000);
afterAll(() => postgres.close());

/** Runs one statement as `user` in `database`. */
async function as(user: string, password: string, database: string, sql = "select 1") {
  const client = new Client({ host: "127.0.0.1", port: postgres.port, user, password, database });
  client.on("error", () => {});
  try {
    await client.connect();
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

test("a service's role owns its database and may make tables there", async () => {
  await as("users", "pass'word\\1", "users", "create table account (id text primary key)");
  const owner = "select pg_get_userbyid(datdba) as owner from pg_database where datname = 'users'";
  expect(await as("users", "pass'word\\1", "users", owner)).toEqual([{ owner: "users" }]);
});

test("a service cannot connect to another's database, nor to the shared ones", async () => {
  for (const database of ["users", "postgres", "template1"]) {
    await expect(as("bookings", "two", database)).rejects.toMatchObject({ code: "42501" });
  }
});

test("a service's role has no power beyond its database", async () => {
  await expect(as("bookings", "two", "bookings", "create database more")).rejects.toMatchObject({
    code: "42501",
  });
  await expect(as("bookings", "two", "bookings", "create role more")).rejects.toMatchObject({
    code: "42501",
  });
});

test("running it again, and twice at once, keeps the data and applies a changed password", async () => {
  await as("bookings", "two", "bookings", "create table kept as select 1 as n");
  const changed = { ...postgres, services: [services[0]!, { name: "bookings", password: "three" }] };
  await Promise.all([ensureDatabases(changed), ensureDatabases(changed)]);
  const fresh = { ...postgres, services: [{ name: "fresh", password: "x" }] };
  await Promise.all(Array.from({ length: 4 }, () => ensureDatabases(fresh)));
  expect(await as("fresh", "x", "fresh", "select 1 as n")).toEqual([{ n: 1 }]);
  expect(await as("bookings", "three", "bookings", "select n from kept")).toEqual([{ n: 1 }]);
  await expect(as("bookings", "two", "bookings")).rejects.toMatchObject({ code: "28P01" });
  await ensureDatabases({ ...postgres, services });
});

test("names that are not plain, and empty passwords, are refused before anything is done", async () => {
  for (const name of ["Users", 'a"; drop role users; --', "postgres", "pg_x", ""]) {
    const attempt = ensureDatabases({ ...postgres, services: [{ name, password: "x" }] });
    await expect(attempt).rejects.toThrow("cannot be the name");
  }
  const empty = ensureDatabases({ ...postgres, services: [{ name: "users", password: "" }] });
  await expect(empty).rejects.toThrow("empty");
});
