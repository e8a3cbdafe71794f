import { expect } from "vitest";
import { conforms, refuses } from "../support/cases.ts";
import { usePostgres } from "./support/world.ts";

const t = usePostgres();

/** What Neon's HTTP endpoint takes and answers is written down nowhere but in its own source. */
const PROXY = "https://github.com/neondatabase/neon/blob/main/proxy/src/serverless/sql_over_http.rs";

const query = (text: string, params: unknown[] = []) => JSON.stringify({ query: text, params });

conforms(PROXY, "an answer is raw text, with the fields", async () => {
  const { status, body } = await t.raw(query("select 1::int8 as n, true as yes, null as no"));
  expect(status).toBe(200);
  expect(body).toMatchObject({ command: "SELECT", rowCount: 1, rows: [["1", "t", null]] });
  expect(body.fields).toMatchObject([
    {
      name: "n",
      dataTypeID: 20,
      tableID: 0,
      columnID: 0,
      dataTypeSize: 8,
      dataTypeModifier: -1,
      format: "text",
    },
    { name: "yes", dataTypeID: 16 },
    { name: "no", dataTypeID: 25 },
  ]);
});

conforms(PROXY, "rows are objects without array mode, and parameters plain JSON", async () => {
  const { body } = await t.raw(query("select $1::int as a, $2::text as b, $3::text as c", [1, "x", null]), {
    "Neon-Array-Mode": undefined,
  });
  expect(body.rows).toEqual([{ a: "1", b: "x", c: null }]);
});

conforms(PROXY, "several queries are one transaction, answered together", async () => {
  const queries = [
    { query: "select 1 as n", params: [] },
    { query: "select $1::int as n", params: [2] },
  ];
  const { status, body } = await t.raw(JSON.stringify({ queries }));
  expect(status).toBe(200);
  expect(body.results).toMatchObject([{ rows: [["1"]] }, { rows: [["2"]] }]);
});

refuses(PROXY, "with 400 and the fields of Postgres's error", async () => {
  const { status, body } = await t.raw(query("select 1/0"));
  expect(status).toBe(400);
  expect(body).toMatchObject({ message: "division by zero", code: "22012", severity: "ERROR" });
});

refuses.each(
  PROXY,
  [
    ["a body that is no JSON", "{"],
    ["no query", "{}"],
    ["null", "null"],
    ["parameters that are no list", '{"query":"select 1","params":{}}'],
    ["a query that is no text", '{"query":1,"params":[]}'],
  ] as const,
  ([what]) => what,
  async ([, body]) => {
    const answer = await t.raw(body);
    expect(answer).toMatchObject({ status: 400, body: { message: expect.any(String) } });
  },
);

refuses.each(
  PROXY,
  [
    ["no connection string", undefined],
    ["one of another scheme", "http://a:b@c/d"],
    ["one without a password", "postgres://a@localhost/d"],
    ["one without a user", "postgres://localhost/d"],
  ] as const,
  ([what]) => `${what}, where a connection string is due`,
  async ([, url]) => {
    const answer = await t.raw(query("select 1"), { "Neon-Connection-String": url });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ message: expect.any(String) });
  },
);

refuses(PROXY, "an isolation level that there is not", async () => {
  const body = JSON.stringify({ queries: [{ query: "select 1", params: [] }] });
  const answer = await t.raw(body, { "Neon-Batch-Isolation-Level": "Chaotic" });
  expect(answer.status).toBe(400);
});
