import {
  type ChildProcess,
  type ChildProcessByStdio,
  type SpawnOptionsWithStdioTuple,
  spawn,
} from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { MongoClient } from "mongodb";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readConfig } from "./config.ts";
import { USERS, uriOf } from "./fixture.ts";

/** The server as a process of its own, as the platform runs it. */
const MAIN = new URL("./main.ts", import.meta.url).pathname;
const EVENTS = USERS[0] as (typeof USERS)[number];

type Line = { event: string; port?: number; error?: string };
type Running = {
  child: ChildProcessByStdio<null, Readable, null>;
  lines: Line[];
  exit: Promise<number | null>;
};

let dataDir: string;
const children = new Set<ChildProcess>();
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "mongo-process-"));
});
afterEach(() => {
  for (const child of children) child.kill("SIGKILL");
  children.clear();
  rmSync(dataDir, { recursive: true, force: true });
});

/** Starts main.ts; `fileBlocks` limits every file it writes to that many 512-byte blocks. */
function start(env: Record<string, string> = {}, fileBlocks?: number): Running {
  const variables = { PORT: "0", DATA_DIR: dataDir, MONGO_USERS: JSON.stringify(USERS), ...env };
  const options: SpawnOptionsWithStdioTuple<"ignore", "pipe", "inherit"> = {
    env: { PATH: process.env.PATH ?? "", ...variables },
    stdio: ["ignore", "pipe", "inherit"],
  };
  // Without the signal ignored, a write past the limit would kill the process instead of failing.
  const script = `trap '' XFSZ; ulimit -f ${fileBlocks}; exec "$0" "$@"`;
  const child =
    fileBlocks === undefined
      ? spawn(process.execPath, [MAIN], options)
      : spawn("sh", ["-c", script, process.execPath, MAIN], options);
  children.add(child);
  const lines: Line[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => {
    lines.push(JSON.parse(line));
    child.emit("line");
  });
  const exit = once(child, "close").then(([code]) => code as number | null);
  return { child, lines, exit };
}

async function listening(running: Running): Promise<number> {
  for (;;) {
    const port = running.lines.find(({ event }) => event === "listening")?.port;
    if (port !== undefined) return port;
    await Promise.race([
      once(running.child, "line"),
      running.exit.then(() => Promise.reject(new Error("ended"))),
    ]);
  }
}

function connect(port: number): MongoClient {
  return new MongoClient(uriOf(port, EVENTS), {
    serverSelectionTimeoutMS: 2_000,
    retryWrites: false,
    maxPoolSize: 8,
  });
}

function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 0x7fffffff;
    return state / 0x7fffffff;
  };
}

type Pair = { _id: string; left: number; right: number };

/** What is stored of the writers' work, checked against what they were told. */
async function expectWhole(client: MongoClient, acknowledged: Set<string>, counted: number): Promise<number> {
  const found = await client.db().collection<Pair>("pairs").find().toArray();
  const whole = new Map(found.map((pair) => [pair._id, pair]));
  expect([...acknowledged].filter((id) => whole.get(id)?.left !== whole.get(id)?.right)).toEqual([]);
  expect([...acknowledged].filter((id) => !whole.has(id))).toEqual([]);
  const kept = await client
    .db()
    .collection<{ _id: string; n: number; log: number[] }>("counter")
    .findOne({ _id: "one" });
  const n = kept?.n ?? 0;
  // The one update in flight may be stored without its answer having arrived.
  expect([counted, counted + 1]).toContain(n);
  // A round that was killed before its first update leaves nothing to look at.
  if (kept) expect(kept.log.at(-1)).toBe(n);
  return n;
}

describe("kill -9", () => {
  it("loses no acknowledged write and tears none, at 6 random moments", { timeout: 60_000 }, async () => {
    const random = randomFrom(20_260_101);
    const acknowledged = new Set<string>();
    let counted = 0;
    for (let round = 0; round <= 6; round++) {
      const running = start();
      const client = connect(await listening(running));
      if (round > 0) counted = await expectWhole(client, acknowledged, counted);
      const pairs = client.db().collection<Pair>("pairs");
      const counter = client.db().collection<{ _id: string; n: number; log: number[] }>("counter");
      const write = async (writer: number) => {
        for (let at = 0; running.child.exitCode === null; at++) {
          const _id = `${round}-${writer}-${at}`;
          await pairs.insertOne({ _id, left: at, right: -1 });
          await pairs.updateOne({ _id }, { $set: { right: at } });
          acknowledged.add(_id);
        }
      };
      const count = async () => {
        while (running.child.exitCode === null) {
          const update = { $inc: { n: 1 }, $push: { log: { $each: [counted + 1], $slice: -3 } } };
          await counter.updateOne({ _id: "one" }, update, { upsert: true });
          counted++;
        }
      };
      const writers = Promise.allSettled([write(0), write(1), write(2), write(3), count()]);
      await new Promise((resolve) => setTimeout(resolve, 50 + random() * 400));
      running.child.kill("SIGKILL");
      await Promise.all([running.exit, writers]);
      await client.close();
    }
    expect(acknowledged.size).toBeGreaterThan(50);
  });

  it("keeps indexes, validators and their rules", async () => {
    const first = start();
    const client = connect(await listening(first));
    await client
      .db()
      .collection("rows")
      .createIndex({ a: 1 }, { unique: true, partialFilterExpression: { b: { $exists: true } } });
    await client.db().createCollection("checked", { validator: { $jsonSchema: { required: ["n"] } } });
    await client.db().collection("rows").insertOne({ a: 1, b: 1 });
    await client.db().collection("gone").insertOne({ a: 1 });
    await client.db().collection("gone").drop();
    first.child.kill("SIGKILL");
    await Promise.all([first.exit, client.close()]);
    const second = start();
    const again = connect(await listening(second));
    await expect(again.db().collection("rows").insertOne({ a: 1, b: 2 })).rejects.toMatchObject({
      code: 11000,
    });
    await expect(again.db().collection("checked").insertOne({})).rejects.toMatchObject({ code: 121 });
    expect((await again.db().listCollections().toArray()).map(({ name }) => name)).toEqual([
      "checked",
      "rows",
    ]);
    await again.close();
  });
});

describe("a disk that takes no more", () => {
  // sh sets the limit and leaves it to the server: Windows has neither.
  it.skipIf(process.platform === "win32")(
    "ends the process with an error; what was acknowledged is there afterwards, and nothing else",
    { timeout: 30_000 },
    async () => {
      const running = start({}, 2_000);
      const client = connect(await listening(running));
      const rows = client.db().collection<{ _id: number; pad: string }>("rows");
      const pad = "x".repeat(20_000);
      const acknowledged: number[] = [];
      const failed = await (async () => {
        for (let _id = 0; ; _id++) {
          try {
            await rows.insertOne({ _id, pad });
            acknowledged.push(_id);
          } catch {
            return _id;
          }
        }
      })();
      expect(await running.exit).toBe(1);
      expect(running.lines.at(-1)?.event).toBe("commit-failed");
      await client.close();
      const next = start();
      const reader = connect(await listening(next));
      const ids = (await reader.db().collection<{ _id: number }>("rows").find().toArray()).map(
        ({ _id }) => _id,
      );
      expect(ids).toEqual(acknowledged);
      expect(failed).toBe(acknowledged.length);
      await reader.close();
    },
  );
});

describe("the process", () => {
  it("closes cleanly on SIGTERM with 0, also with clients connected", async () => {
    const running = start();
    const client = connect(await listening(running));
    await client.db().collection("rows").insertOne({ a: 1 });
    running.child.kill("SIGTERM");
    expect(await running.exit).toBe(0);
    expect(running.lines.at(-1)?.event).toBe("stopped");
    await client.close();
  });

  it("does not start on data that another server has", async () => {
    const first = start();
    await listening(first);
    const second = start();
    expect(await second.exit).toBe(1);
    expect(second.lines.at(-1)).toMatchObject({
      event: "start-failed",
      error: expect.stringContaining("locked"),
    });
  });

  it("does not start on a taken port", async () => {
    const port = await listening(start());
    const second = start({ PORT: String(port), DATA_DIR: join(dataDir, "other") });
    expect(await second.exit).toBe(1);
    expect(second.lines.at(-1)).toMatchObject({
      event: "start-failed",
      error: expect.stringContaining(String(port)),
    });
  });

  it("does not start without its configuration, and names what is missing", async () => {
    const running = start({ MONGO_USERS: "" });
    expect(await running.exit).toBe(1);
    expect(running.lines.at(-1)).toMatchObject({ event: "start-failed", error: "MONGO_USERS is not set" });
  });
});

it.each([
  ["PORT", ""],
  ["PORT", "many"],
  ["PORT", "65536"],
  ["DATA_DIR", ""],
  ["MONGO_USERS", "[]"],
  ["MONGO_USERS", '[{"user":"a","password":"b"}]'],
  ["MONGO_USERS", '[{"user":"a","password":"\u00fc","database":"c"}]'],
  ["MONGO_USERS", "{"],
])("a configuration with %s %o is refused by name", (name, value) => {
  const env = { PORT: "1", DATA_DIR: "data", MONGO_USERS: JSON.stringify(USERS), [name]: value };
  expect(() => readConfig(env)).toThrow(name);
});
