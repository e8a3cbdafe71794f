import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { MongoClient } from "mongodb";
import { Client } from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { topicsToCreate } from "#shared/saga/wire.ts";
import { CommandError, UsageError } from "../cli/command.ts";
import { readConfig } from "../config.ts";
import { startTestServer, type TestServer } from "../kafka-rest/testing/test-server.ts";
import { type Fixture, fixture, uriOf } from "../mongo/fixture.ts";
import { startTestProxy } from "../pandaproxy/testing.ts";
import { startTestPostgres, type TestPostgres } from "../postgres/testing.ts";
import { migrateCommand } from "./command.ts";

const { root } = readConfig({});
const POSTGRES = ["users", "inventory", "bookings"];
const MONGO = ["events", "payments", "notifications"];
const userOf = (database: string) => ({ user: database, password: `${database}-password`, database });

let postgres: TestPostgres;
let mongo: Fixture;
let kafka: TestServer;
let dir: string;
const passwords = new Map<string, string>();

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "ticketflow-migrate-command-"));
  [postgres, mongo] = await Promise.all([startTestPostgres(), fixture({ users: MONGO.map(userOf) })]);
}, 60_000);
afterAll(async () => {
  await Promise.all([postgres.close(), mongo.stop()]);
  rmSync(dir, { recursive: true, force: true });
});
beforeEach(async () => {
  kafka = await startTestServer();
  writeAll();
});

/** Everything of each test is new: databases, and topics anyway. */
async function reset(): Promise<void> {
  const admin = new Client({ ...superuser(), database: "postgres" });
  await admin.connect();
  for (const name of POSTGRES) await admin.query(`drop database if exists ${name}`);
  await admin.end();
  for (const name of POSTGRES) passwords.set(name, (await postgres.addDatabase(name)).password);
  for (const name of MONGO) await inMongo(name, (db) => db.dropDatabase());
  writeAll();
}

function writeAll(): void {
  for (const name of POSTGRES) {
    const address = `127.0.0.1:${postgres.port}/${name}`;
    put(name, { DATABASE_URL: `postgres://${name}:${passwords.get(name)}@${address}` });
  }
  for (const name of MONGO) put(name, { MONGODB_URI: uriOf(mongo.port, userOf(name)) });
}

const superuser = () => ({
  ...{ host: "127.0.0.1", port: postgres.port, user: "postgres", password: postgres.superuserPassword },
});
const fileOf = (service: string) => join(dir, `${service}.vars`);
function put(service: string, variables: Record<string, string>) {
  const front = {
    KAFKA_REST_URL: `http://127.0.0.1:${kafka.port}`,
    ...{ KAFKA_REST_USERNAME: "user", KAFKA_REST_PASSWORD: "pass:word" },
  };
  const lines = Object.entries({ ...front, ...variables }).map(([name, value]) => `${name}="${value}"\n`);
  writeFileSync(fileOf(service), `# ${service}\n${lines.join("")}`);
}
async function inMongo<T>(name: string, work: (db: ReturnType<MongoClient["db"]>) => Promise<T>): Promise<T> {
  const client = new MongoClient(uriOf(mongo.port, userOf(name)));
  try {
    return await work(client.db());
  } finally {
    await client.close();
  }
}
async function inPostgres(name: string, sql: string): Promise<unknown[]> {
  const client = new Client({ ...superuser(), database: name });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
const topics = async () => Object.keys((await kafka.request("GET", "/topics")).body as object);
const VARS = [...POSTGRES, ...MONGO].flatMap((name) => ["--vars", `${name}=NAME`]);
const all = () => VARS.map((word) => word.replace(/^(.+)=NAME$/, (_, name) => `${name}=${fileOf(name)}`));

async function run(...args: string[]) {
  const lines: string[] = [];
  const told: string[] = [];
  const code = await migrateCommand(args, {
    config: () => readConfig({ TICKETFLOW_DATA_DIR: join(dir, "none") }),
    print: (line) => lines.push(line),
    tell: (line) => told.push(line),
  });
  const rows = lines.slice(1).map((line) => line.split(/ {2,}/));
  return {
    code,
    rows,
    told: told.join("\n"),
    of: (part: string) => rows.filter(([first]) => first === part),
  };
}

describe("npm run migrate", () => {
  beforeEach(reset);

  test("applies all that is absent, and then finds all up to date", async () => {
    const first = await run(...all());
    expect(first).toMatchObject({ code: 0, told: "" });
    expect(first.of("postgres")).toContainEqual([
      ...["postgres", "users", "applied: 20261121000000000_create-accounts"],
    ]);
    expect(first.of("mongo")).toContainEqual(["mongo", "payments", "applied: validator of payments"]);
    expect(first.of("topics")).toHaveLength(topicsToCreate().length);
    expect((await topics()).sort()).toEqual(
      topicsToCreate()
        .map(({ name }) => name)
        .sort(),
    );
    const second = await run(...all());
    expect(second.rows.map(([, , what]) => what)).toEqual(Array(7).fill("up to date"));
  });

  test("says with --dry-run what it would do, and does nothing", async () => {
    const { code, rows, of } = await run("--dry-run", ...all());
    expect(code).toBe(0);
    expect(rows.every(([, , what]) => what!.startsWith("would apply: "))).toBe(true);
    expect(of("topics")).toHaveLength(topicsToCreate().length);
    expect(await topics()).toEqual([]);
    expect(await inPostgres("users", "select tablename from pg_tables where schemaname = 'public'")).toEqual(
      [],
    );
    expect(await inMongo("payments", (db) => db.listCollections().toArray())).toEqual([]);
  });

  test("of two processes at once one applies and the other waits", async () => {
    const runs = [1, 2].map(() => {
      const child = spawn(process.execPath, [join(root, "local/cli/migrate.ts"), ...all()]);
      return Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
    });
    const outputs = await Promise.all(runs);
    expect(outputs.map(([, , [code]]) => code)).toEqual([0, 0]);
    const applied = outputs.flatMap(([out]) => out.match(/^(postgres|mongo) .*applied: .*$/gm) ?? []);
    expect(new Set(applied).size).toBe(applied.length);
    const { rows } = await run(...all());
    expect(rows.map(([, , what]) => what)).toEqual(Array(7).fill("up to date"));
  });

  test("names what failed, and goes on with nothing after it", async () => {
    put("inventory", { DATABASE_URL: `postgres://inventory:wrong@127.0.0.1:${postgres.port}/inventory` });
    const { code, rows, told } = await run(...all());
    expect(code).toBe(1);
    expect(told).toContain("postgres of inventory: password authentication failed");
    expect(told).not.toContain("wrong");
    const outcomes = new Map(rows.map(([, name, what]) => [name, what]));
    expect([...outcomes.values()].slice(-6)).toEqual(["FAILED", ...Array(5).fill("not tried")]);
    expect(await topics()).toEqual([]);
    expect(await inMongo("events", (db) => db.listCollections().toArray())).toEqual([]);
  });

  test("refuses a Postgres database that a later checkout has migrated", async () => {
    await run(...all());
    await inPostgres(
      "bookings",
      "insert into pgmigrations (name, run_on) values ('20991231000000000_later', now())",
    );
    const { code, told } = await run(...all());
    expect(code).toBe(1);
    expect(told).toContain(
      "postgres of bookings: migration 20991231000000000_later was applied, but its file is gone",
    );
    expect(told).toContain("this checkout is older than the database");
  });

  test("refuses a Mongo database that a later checkout has migrated", async () => {
    await run(...all());
    const later = { _id: 99, sha256: "", begunAt: new Date(), appliedAt: new Date(), notApplied: [] };
    await inMongo("payments", (db) => db.collection<{ _id: number }>("migrations").insertOne(later));
    const { code, told } = await run(...all());
    expect([code, told]).toEqual([
      1,
      expect.stringContaining("mongo of payments: the database is at version 99"),
    ]);
  });

  test("refuses topics of another number of partitions before it creates any", async () => {
    await kafka.createTopic("ticketflow.booking.initiated", 3);
    const { code, told } = await run(...all());
    expect(code).toBe(1);
    expect(told).toContain("ticketflow.booking.initiated has 3, not 8");
    expect(await topics()).toEqual(["ticketflow.booking.initiated"]);
  });

  test("leaves topics alone that only a later checkout knows, and makes theirs last as long as is said here", async () => {
    await kafka.createTopic("ticketflow.of.tomorrow", 8);
    await kafka.createTopic("ticketflow.booking.initiated", 8, 1_000);
    const { code, of } = await run(...all());
    expect(code).toBe(0);
    expect(of("topics")).toHaveLength(topicsToCreate().length - 1);
    expect(await topics()).toContain("ticketflow.of.tomorrow");
    const { retentionMs } = (await kafka.store.topics()).get("ticketflow.booking.initiated")!;
    expect(retentionMs).toBe(
      topicsToCreate().find(({ name }) => name.endsWith("booking.initiated"))!.retentionMs,
    );
  });

  test("says which server is not there", async () => {
    await kafka.close();
    const { code, told, of } = await run(...all());
    expect([code, told]).toEqual([
      1,
      expect.stringMatching(/topics of 127\.0\.0\.1:\d+: connect ECONNREFUSED/),
    ]);
    expect(of("topics")).toEqual([["topics", expect.anything(), "FAILED"]]);
  });
});

describe("by the variables of Workers", () => {
  test("migrates what the named ones have, each where it says", async () => {
    await reset();
    const { rows } = await run("--dry-run", "--vars", `users=${fileOf("users")}`);
    expect(new Set(rows.map(([part, name]) => `${part} ${name}`))).toEqual(
      new Set(["postgres users", `topics 127.0.0.1:${kafka.port}`]),
    );
  });

  test("asks a Postgres for TLS whose address says so", async () => {
    const asked: Buffer[] = [];
    const server = createServer((socket) => {
      socket.once("data", (bytes: Buffer) => {
        asked.push(bytes);
        socket.end("N");
      });
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port } = server.address() as { port: number };
    put("users", { DATABASE_URL: `postgres://users:x@127.0.0.1:${port}/users?sslmode=require` });
    const { code, told } = await run("--vars", `users=${fileOf("users")}`);
    server.close();
    // SSLRequest: https://www.postgresql.org/docs/current/protocol-message-formats.html
    expect(asked.map((bytes) => bytes.toString("hex"))).toEqual(["0000000804d2162f"]);
    expect([code, told]).toEqual([1, expect.stringContaining("does not support SSL")]);
  });

  test("behind Redpanda's proxy, which creates no topics, says how they are created, until all are there", async () => {
    await reset();
    const proxy = await startTestProxy(kafka.store);
    put("gateway", { KAFKA_REST_URL: proxy.url, KAFKA_PROTOCOL: "pandaproxy" });
    const gateway = ["--vars", `gateway=${fileOf("gateway")}`];
    const { code, told } = await run(...gateway);
    expect([code, told]).toEqual([
      1,
      expect.stringMatching(
        /rpk topic create ticketflow\.booking\.initiated --partitions 8 --topic-config retention\.ms=\d+/,
      ),
    ]);
    await kafka.store.createTopics(topicsToCreate());
    const { code: then, rows } = await run(...gateway);
    await proxy.close();
    expect([then, rows[0]![2]]).toEqual([
      0,
      expect.stringContaining("not applied on this server: partitions and retention"),
    ]);
  });

  test.each<[string, string, Record<string, string> | null, string]>([
    ["a file that is not there", "users=/nowhere/users.vars", null, "/nowhere/users.vars cannot be read"],
    ["a Worker that there is not", "tickets=FILE", null, '"tickets=FILE" names no Worker'],
    ["a file in no Worker's folder", "FILE", null, "names no Worker"],
    [
      "a variable that is absent",
      "users=FILE",
      { DATABASE_URL: "" },
      "DATABASE_URL is not set, and users needs it",
    ],
    [
      "no Postgres",
      "users=FILE",
      { DATABASE_URL: "https://x/y" },
      "DATABASE_URL is no Postgres connection string",
    ],
    ["no MongoDB", "events=FILE", { MONGODB_URI: "mongodb://host" }, "with a database in it"],
    [
      "no address of Kafka",
      "users=FILE",
      { KAFKA_REST_URL: "kafka:9092" },
      "KAFKA_REST_URL is no http or https address",
    ],
    ["half a sign-in", "users=FILE", { KAFKA_REST_PASSWORD: "" }, "KAFKA_REST_PASSWORD is not set"],
    [
      "nothing to migrate",
      "gateway=FILE",
      { KAFKA_REST_URL: "" },
      "None of these Workers has anything to migrate",
    ],
  ])("%s is wrong usage", async (_, named, variables, message) => {
    const service = named.split("=")[0]!;
    if (variables)
      put(service, { DATABASE_URL: "postgres://u@h/d", MONGODB_URI: "mongodb://h/d", ...variables });
    const refused = run("--vars", variables ? named.replace("FILE", fileOf(service)) : named);
    await expect(refused).rejects.toThrow(UsageError);
    await expect(refused).rejects.toThrow(message);
  });

  test("two Kafkas, a Worker twice, and files without --vars are wrong usage", async () => {
    const users = `users=${fileOf("users")}`;
    await expect(run("--vars", users, users)).rejects.toThrow("users is named twice");
    await expect(run(fileOf("users"))).rejects.toThrow("goes with --vars");
    put("events", { MONGODB_URI: "mongodb://h/d", KAFKA_REST_URL: "https://kafka.example" });
    await expect(run("--vars", users, `events=${fileOf("events")}`)).rejects.toThrow(
      "All Workers share one Kafka",
    );
  });

  test("without a platform on this machine and without files there is nothing to migrate", async () => {
    await expect(run()).rejects.toThrow(CommandError);
  });
});
