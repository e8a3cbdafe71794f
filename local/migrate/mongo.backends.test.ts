import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Db, MongoClient } from "mongodb";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { readConfig } from "../config.ts";
import { migrateMongo } from "./mongo.ts";

/** A connection string; its user has to have all rights, for the tests make databases of their own, and drop them. */
const { TEST_MONGO_URL: server } = process.env;
const { root } = readConfig({});

if (!server) console.log("not run: migrations on a real MongoDB server (TEST_MONGO_URL names none)");

describe.skipIf(!server)("on the server that TEST_MONGO_URL names", () => {
  let client: MongoClient;
  let dir: string;
  let db: Db;
  let uri: string;
  beforeAll(async () => {
    client = new MongoClient(server!);
    dir = await mkdtemp(join(tmpdir(), "ticketflow-migrate-backends-"));
    const { version } = await client.db("admin").command({ buildInfo: 1 });
    console.log(`migrations on a MongoDB server that says it is ${version}`);
  });
  afterAll(async () => {
    await client.close();
    await rm(dir, { recursive: true, force: true });
  });
  beforeEach(() => {
    const name = `migrate_${randomUUID().replaceAll("-", "")}`;
    db = client.db(name);
    const url = new URL(server!);
    // Where the user is looked up stays as it was.
    const authSource = url.searchParams.get("authSource") ?? url.pathname.slice(1);
    if (authSource) url.searchParams.set("authSource", authSource);
    url.pathname = `/${name}`;
    uri = url.href;
    return async () => {
      await db.dropDatabase();
    };
  });

  const fileOf = (service: string) => join(root, "migrations/mongo", `${service}.json`);
  async function write(version: number, tickets: object): Promise<string> {
    const file = join(dir, "tickets.json");
    await writeFile(file, JSON.stringify({ version, collections: { tickets } }));
    return file;
  }

  test.each(["events", "payments", "notifications"])(
    "%s is applied once, and what is not known is told",
    async (service) => {
      const first = await migrateMongo({ uri, file: fileOf(service) });
      expect(first.applied).toContain("version 1");
      for (const note of first.notes) console.log(`not applied on this server: ${service}: ${note}`);
      expect(await migrateMongo({ uri, file: fileOf(service) })).toEqual({ applied: [], notes: first.notes });
    },
  );

  test("what is not known is never a unique index: of a booking there is one payment", async () => {
    const { notes } = await migrateMongo({ uri, file: fileOf("payments") });
    const isValidated = !notes.includes("validator of payments");
    const now = new Date();
    const payment = (id: string) => ({
      ...{ _id: id, bookingId: "bkg_1", userId: "usr_1", organiserId: "usr_2", amount: 1, currency: "EUR" },
      ...{ payBy: now, state: "CREATED", createdAt: now, updatedAt: now, outbox: [], unsent: false, rev: 1 },
    });
    const payments = db.collection<{ _id: string }>("payments");
    await payments.insertOne(payment("pay_1"));
    await expect(payments.insertOne(payment("pay_2"))).rejects.toMatchObject({ code: 11_000 });
    const minus = { ...payment("pay_3"), bookingId: "bkg_3", amount: -1 };
    const refused = await payments.insertOne(minus).catch((error) => error.code);
    expect(refused === 121).toBe(isValidated);
  });

  test("of several at once one applies and the others wait", async () => {
    const file = fileOf("events");
    const outcomes = await Promise.all([1, 2, 3].map(() => migrateMongo({ uri, file })));
    expect(outcomes.filter(({ applied }) => applied.includes("version 1"))).toHaveLength(1);
  });

  test("an older, a changed and a conflicting file are refused", async () => {
    const byPrice = { name: "by_price", key: { price: 1 } };
    const migrate = async (version: number, tickets: object) =>
      migrateMongo({ uri, file: await write(version, tickets) });
    await migrate(2, { indexes: [byPrice] });
    await expect(migrate(1, {})).rejects.toThrow("this checkout is older than the database");
    await expect(migrate(2, {})).rejects.toThrow("was changed after its version 2 was applied");
    const other = { indexes: [{ ...byPrice, key: { price: -1 } }] };
    await expect(migrate(3, other)).rejects.toThrow(
      "index by_price of tickets is another one in the database",
    );
    expect((await migrate(3, { dropIndexes: ["by_price"] })).applied).toContain(
      "without index by_price of tickets",
    );
  });

  test("a version is previewed by a dry run, which leaves nothing behind", async () => {
    const file = await write(1, { indexes: [{ name: "by_price", key: { price: 1 } }] });
    const { applied } = await migrateMongo({ uri, file, dryRun: true });
    expect(applied).toEqual(["index by_price of tickets", "version 1"]);
    expect(await db.listCollections().toArray()).toEqual([]);
  });
});
