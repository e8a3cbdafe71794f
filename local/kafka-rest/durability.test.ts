import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { temporaryDirectory } from "./testing/temporary-directory.ts";
import { type Client, createClient, type Message, RETENTION_MS, until } from "./testing/test-server.ts";

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));

type Running = { process: ChildProcess; client: Client; exit: Promise<[number | null, string | null]> };

/** The real process over a directory, once it listens; killed after the test if it still runs. */
async function startProcess(directory: string): Promise<Running> {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", MAIN], {
    env: { PORT: "0", DATA_DIR: directory, KAFKA_REST_USERNAME: "user", KAFKA_REST_PASSWORD: "pass:word" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exit = once(child, "exit") as Running["exit"];
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const event = JSON.parse(line) as { event: string; port?: number };
    if (event.event === "listening") return { process: child, client: createClient(event.port ?? 0), exit };
    throw new Error(line);
  }
  throw new Error("the process ended before it listened");
}

/** Mulberry32: the same moments of death in every run. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

describe("durability", () => {
  const PARTITIONS = 3;
  const PRODUCERS = 8;
  const BATCH = 5;

  async function readAll(client: Client, partition: number): Promise<Message[]> {
    const all: Message[] = [];
    for (;;) {
      const page = await client.fetch({ topic: "t", partition, offset: all.length, timeout: 0 });
      if (page.length === 0) return all;
      all.push(...page);
    }
  }

  it("keeps every acknowledged record at its offset, and requests whole, through kill -9", async () => {
    const random = seededRandom(20_260_101);
    const directory = temporaryDirectory();
    const acknowledged = new Map<string, string>();
    const committed = new Map<string, number>();
    const committing = new Map<string, number>();
    for (let round = 0; round < 6; round += 1) {
      const { process: child, client, exit } = await startProcess(directory);
      await client.createTopic("t", PARTITIONS, RETENTION_MS);
      let dead = false;
      // By work done and not by time alone, so that a slow machine is killed in the middle of its work too.
      const requestsBeforeKill = 20 + Math.floor(random() * 60);
      let answered = 0;
      let kill = () => {};
      const timeToKill = new Promise<void>((resolve) => {
        kill = resolve;
      });
      const produceUntilDead = async (producer: number) => {
        for (let n = 0; !dead; n += 1) {
          const records = Array.from({ length: BATCH }, (_, i) => {
            return {
              topic: "t",
              partition: (producer + i) % PARTITIONS,
              value: `${round}/${producer}/${n}/${i}`,
            };
          });
          const answer = await client.produce(records).catch(() => undefined);
          if (answer?.status !== 200) return;
          for (const [i, { partition, offset }] of (answer.body as Message[]).entries()) {
            acknowledged.set(`${partition}@${offset}`, records[i]?.value ?? "");
          }
          answered += 1;
          if (answered === requestsBeforeKill) kill();
          const group = `g${producer}`;
          committing.set(group, n);
          const commit = { topic: "t", partition: producer % PARTITIONS, offset: n };
          const commits = client.request("POST", `/commit/${group}/i`, commit);
          const committedNow = await commits.catch(() => undefined);
          if (committedNow?.status === 200) committed.set(group, n);
        }
      };
      const producers = Array.from({ length: PRODUCERS }, (_, i) => produceUntilDead(i));
      await timeToKill;
      await delay(random() * 10);
      child.kill("SIGKILL");
      await exit;
      dead = true;
      await Promise.all(producers);

      const restarted = await startProcess(directory);
      const found = new Map<string, string>();
      const requests = new Map<string, number[]>();
      for (let partition = 0; partition < PARTITIONS; partition += 1) {
        const messages = await readAll(restarted.client, partition);
        expect(messages.map(({ offset }) => offset)).toEqual(messages.map((_, i) => i));
        const lastOf = new Map<string, number>();
        for (const { offset, value } of messages) {
          found.set(`${partition}@${offset}`, value);
          const [r, producer, n, i] = value.split("/");
          const request = `${r}/${producer}/${n}`;
          requests.set(request, [...(requests.get(request) ?? []), Number(i)]);
          // Of one producer, in the order in which it sent.
          const sent = Number(n) * BATCH + Number(i);
          expect(sent).toBeGreaterThan(lastOf.get(`${r}/${producer}`) ?? -1);
          lastOf.set(`${r}/${producer}`, sent);
        }
      }
      for (const [place, value] of acknowledged) expect(found.get(place)).toBe(value);
      for (const parts of requests.values()) expect(parts.sort()).toEqual([0, 1, 2, 3, 4]);
      for (let producer = 0; producer < PRODUCERS; producer += 1) {
        const asked = { topic: "t", partition: producer % PARTITIONS };
        const group = `g${producer}`;
        const { body } = await restarted.client.request("POST", `/committed/${group}/i`, asked);
        const offset = (body as { offset: number }[])[0]?.offset ?? -1;
        // What was acknowledged last, or the one under way at the end, which may have been written as well.
        expect([committed.get(group) ?? -1, committing.get(group) ?? -1]).toContain(offset);
        committed.set(group, offset);
      }
      restarted.process.kill("SIGKILL");
      await restarted.exit;
    }
    expect(acknowledged.size).toBeGreaterThanOrEqual(6 * 20 * BATCH);
  }, 60_000);

  it("stops cleanly on SIGTERM, answering who waits, and is found unharmed", async () => {
    const directory = temporaryDirectory();
    const { process: child, client, exit } = await startProcess(directory);
    await client.createTopic("t", 1);
    await client.produce({ topic: "t", value: "kept" });
    const waits = client.fetch({ topic: "t", partition: 0, offset: 1, timeout: 30_000 });
    await until(async () => (await client.waiting()) === 1);
    child.kill("SIGTERM");
    expect(await waits).toEqual([]);
    expect(await exit).toEqual([0, null]);
    const restarted = await startProcess(directory);
    expect(await restarted.client.fetch({ topic: "t", partition: 0, offset: 0 })).toMatchObject([
      { value: "kept" },
    ]);
  });

  it("ends with an error when a transaction fails, and acknowledges nothing of it", async () => {
    const directory = temporaryDirectory();
    const { client, exit } = await startProcess(directory);
    await client.createTopic("t", 1);
    await client.produce({ topic: "t", value: "kept" });
    const intruder = new DatabaseSync(join(directory, "log.db"));
    intruder.exec("BEGIN IMMEDIATE");
    const status = await client.produce({ topic: "t", value: "lost" }).then(
      (answer) => answer.status,
      () => "connection cut",
    );
    expect(status).not.toBe(200);
    expect(await exit).toEqual([1, null]);
    intruder.close();
    const restarted = await startProcess(directory);
    expect(await restarted.client.produce({ topic: "t", value: "next" })).toMatchObject({
      body: [{ offset: 1 }],
    });
  });

  it("does not start without its configuration, and names what is missing", async () => {
    const child = spawn(process.execPath, [MAIN], {
      env: { PORT: "0" },
      stdio: ["ignore", "pipe", "ignore"],
    });
    const [chunk] = (await once(child.stdout, "data")) as [Buffer];
    expect(JSON.parse(chunk.toString())).toMatchObject({
      event: "start-failed",
      error: expect.stringContaining("KAFKA_REST_USERNAME"),
    });
    expect(await once(child, "exit")).toEqual([1, null]);
  });
});
