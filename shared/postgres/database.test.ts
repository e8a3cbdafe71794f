import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { Unavailable } from "../errors/problem.ts";
import { answered, type Database, database, pingPostgres } from "./database.ts";

/** An endpoint that answers as a test says. What Postgres and the endpoint do is for their own tests. */
let reply: (response: ServerResponse) => void;
let asked = 0;
const server = createServer((request, response) => {
  asked += 1;
  request.resume().once("end", () => reply(response));
});
beforeAll(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
afterAll(() => {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
});

let count = 0;
let db: Database;
beforeEach(() => {
  asked = 0;
  const { port } = server.address() as AddressInfo;
  const silent = { info: () => {}, warn: () => {}, error: () => {} };
  // A database of its own: the breaker is the process's.
  const DATABASE_URL = `postgresql://user:password@db.example/db${++count}`;
  db = database({ DATABASE_URL, NEON_FETCH_ENDPOINT: `http://127.0.0.1:${port}/sql` }, silent);
});

const json = (status: number, body: object) => (response: ServerResponse) =>
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
const rows = json(200, { command: "SELECT", rowCount: 0, fields: [], rows: [], rowAsArray: true });
const failure = (status: number, code: string) => json(status, { message: `code ${code}`, code });
const ask = () => answered(db.execute(sql`select 1`));

async function asksFor(attempts: number, thrown: unknown): Promise<number> {
  asked = 0;
  for (let n = 0; n < attempts; n++) await expect(ask()).rejects.toMatchObject(thrown as object);
  return asked;
}

const unavailable = { name: "Unavailable", backend: "postgres" };

it("spares an endpoint that has failed five times in a row", async () => {
  reply = failure(503, "08006");
  expect(await asksFor(20, unavailable)).toBe(5);
});

it("spares one that hangs up", async () => {
  reply = (response) => response.destroy();
  expect(await asksFor(20, unavailable)).toBe(5);
});

it.each([
  ["a unique violation", 400, "23505", { code: "23505" }],
  ["a wrong password", 400, "28P01", unavailable],
  ["a queue that is full", 503, "53300", unavailable],
])("takes %s for an answer", async (_, status, code, thrown) => {
  reply = failure(status, code);
  expect(await asksFor(20, thrown)).toBe(20);
});

it("asks how Postgres is past the breaker", async () => {
  reply = failure(503, "08006");
  await asksFor(20, unavailable);
  reply = rows;
  await expect(ask()).rejects.toThrow(Unavailable);
  await pingPostgres(db);
  expect(asked).toBe(6);
});
