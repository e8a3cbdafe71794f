import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MAX_POOLS, MAX_QUEUE, MAX_REQUEST_BYTES } from "./limits.ts";
import { startTestNeon, type TestNeon } from "./testing.ts";

let endpoint: TestNeon;
let url: string;

beforeAll(async () => {
  endpoint = await startTestNeon({ poolSize: 2 });
  url = endpoint.urlOf(await endpoint.postgres.addDatabase("bookings"));
}, 60_000);
afterAll(() => endpoint.close());

async function post(body: string, headers: Record<string, string | undefined> = {}) {
  const all = {
    "Neon-Connection-String": url,
    "Neon-Raw-Text-Output": "true",
    "Neon-Array-Mode": "true",
    ...headers,
  };
  const sent = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  const response = await fetch(`http://127.0.0.1:${endpoint.port}/sql`, {
    method: "POST",
    body,
    headers: sent as Record<string, string>,
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
const query = (text: string, params: unknown[] = []) => JSON.stringify({ query: text, params });

describe("the answer on the wire", () => {
  test("has rows as objects without array mode, and plain JSON values as parameters", async () => {
    const { body } = await post(
      query("select $1::int as a, $2::text[] as b, $3::jsonb as c", [1, ["x", null], { y: 1 }]),
      {
        "Neon-Array-Mode": undefined,
      },
    );
    expect(body.rows).toEqual([{ a: "1", b: "{x,NULL}", c: '{"y": 1}' }]);
  });

  test("of an error has every field of Neon's form", async () => {
    const { status, body } = await post(query("select 1/0"));
    expect(status).toBe(400);
    expect(body).toMatchObject({
      message: "division by zero",
      code: "22012",
      severity: "ERROR",
      detail: null,
    });
    expect(Object.keys(body)).toHaveLength(17);
  });
});

describe("a bad request is refused, naming what is wrong", () => {
  const good = query("select 1");
  test.each([
    ["malformed JSON", "{", {}, "not valid JSON"],
    ["no query", "{}", {}, "expected"],
    ["null", "null", {}, "expected"],
    ["params that are no array", '{"query":"select 1","params":{}}', {}, "params"],
    ["a query of a transaction", '{"queries":[{"query":1}]}', {}, "expected"],
    ["too many params", query("select 1", Array(65_536).fill("")), {}, "65535 params"],
    ["too many queries", JSON.stringify({ queries: Array(1_001).fill({ query: "select 1" }) }), {}, "1000"],
    ["an isolation level", '{"queries":[]}', { "Neon-Batch-Isolation-Level": "x; drop" }, "isolation level"],
    ["no connection string", good, { "Neon-Connection-String": undefined }, "Neon-Connection-String"],
    ["a wrong scheme", good, { "Neon-Connection-String": "http://a:b@c/d" }, "connection string"],
    ["no password", good, { "Neon-Connection-String": "postgres://a@c/d" }, "password"],
    ["no database", good, { "Neon-Connection-String": "postgres://a:b@c" }, "database"],
    ["typed output", good, { "Neon-Raw-Text-Output": undefined }, "Neon-Raw-Text-Output"],
  ])("%s", async (_name, body, headers, message) => {
    const answer = await post(body, headers);
    expect(answer).toMatchObject({ status: 400, body: { message: expect.stringContaining(message) } });
  });

  test("a body over the limit, and the connection goes on", async () => {
    const answer = await post(query(`select '${"x".repeat(MAX_REQUEST_BYTES)}'`));
    expect(answer).toMatchObject({ status: 413, body: { message: expect.stringContaining("too large") } });
    expect((await post(query("select 1"))).status).toBe(200);
  });

  test("another path", async () => {
    expect((await fetch(`http://127.0.0.1:${endpoint.port}/other`)).status).toBe(404);
  });
});

describe("when there is more to do than connections", () => {
  test("a full queue is answered 503 at once, and those in it are served", async () => {
    const blockers = [1, 2].map(() => post(query("select pg_sleep(1)")));
    await expect.poll(activeSleepers).toBe(2);
    const answers = await Promise.all(Array.from({ length: MAX_QUEUE + 20 }, () => post(query("select 1"))));
    const refused = answers.filter(({ status }) => status === 503);
    expect(refused).toHaveLength(20);
    expect(refused[0]!.body).toMatchObject({ code: "53300", message: expect.stringContaining("too many") });
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(MAX_QUEUE);
    await Promise.all(blockers);
  });

  test("what waits is not run once its caller has gone", async () => {
    const blockers = [1, 2].map(() => post(query("select pg_sleep(1)")));
    await expect.poll(activeSleepers).toBe(2);
    const headers = { "Neon-Connection-String": url, "Neon-Raw-Text-Output": "true" };
    const body = query("create table if not exists left_behind (n int)");
    const signal = AbortSignal.timeout(200);
    const leaving = fetch(`http://127.0.0.1:${endpoint.port}/sql`, { method: "POST", headers, body, signal });
    await expect(leaving).rejects.toThrow("aborted");
    await Promise.all(blockers);
    const { body: found } = await post(query("select to_regclass('left_behind')"));
    expect(found.rows).toEqual([[null]]);
  });

  test("waiting for a connection ends with 503", async () => {
    const blockers = [1, 2].map(() => post(query("select pg_sleep(6)")));
    const waiting = await post(query("select 1"));
    expect(waiting).toMatchObject({ status: 503, body: { code: "08001" } });
    for (const blocker of await Promise.all(blockers)) expect(blocker.status).toBe(200);
  });

  test("more roles and databases than pools: idle ones make room, busy ones do not", async () => {
    const urls: string[] = [];
    for (let i = 0; i < MAX_POOLS; i += 1) {
      urls.push(endpoint.urlOf(await endpoint.postgres.addDatabase(`service_${i}`)));
    }
    const as = (text: string, role: string) => post(query(text), { "Neon-Connection-String": role });
    for (const role of urls) expect((await as("select 1", role)).status).toBe(200);
    const busy = urls.map((role) => as("select pg_sleep(1)", role));
    await expect.poll(activeSleepers).toBe(MAX_POOLS);
    expect(await post(query("select 1"))).toMatchObject({ status: 503, body: { code: "53300" } });
    for (const answer of await Promise.all(busy)) expect(answer.status).toBe(200);
    expect((await post(query("select 1"))).status).toBe(200);
  });
});

/** Asked of the server directly, past the endpoint. */
async function activeSleepers(): Promise<number> {
  const client = new Client({
    ...endpoint.postgres,
    user: "postgres",
    password: endpoint.postgres.superuserPassword,
  });
  await client.connect();
  const asked = await client.query(
    "select from pg_stat_activity where query = 'select pg_sleep(1)' and state = 'active'",
  );
  await client.end();
  return asked.rowCount ?? 0;
}
