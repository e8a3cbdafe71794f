import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { readServices, textOf } from "../backends/compose/testing.ts";
import { debianRedis } from "../backends/install/debian.ts";
import { kafkaClasspath, startTestCluster } from "../backends/kafka/test-cluster.ts";
import { HOST, readConfig } from "../config.ts";
import { startTestPostgres } from "../postgres/testing.ts";
import { freePort } from "../shared/free-port.ts";
import { answers, until } from "../supervisor/testing.ts";
import { builder, type Image } from "./testing/dockerfile.ts";

/*
 * The images without Docker: what the Dockerfile's steps leave behind, started as another user who may write nowhere, in the
 * environment that image and docker-compose.yml give it and nothing else, in front of the real server.
 */

/** The first of them installs all packages. */
const LIMIT_MS = 300_000;
const NOBODY = 65_534;
const services = readServices("docker-compose.yml");

let folder: string;
let build: (stage: string) => Promise<Image>;
const ends: (() => unknown)[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "images-"));
  chmodSync(folder, 0o755);
  const path = `${dirname(process.execPath)}:${process.env.PATH}`;
  build = builder({
    context: readConfig({}).root,
    dockerfile: "local/images/Dockerfile",
    into: folder,
    path,
  });
});
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Front = { port: number; child: ChildProcess; health: () => Promise<number>; output: () => string };

/** Runs an image as its service in docker-compose.yml, with this for its values there. */
async function start(target: string, values: Record<string, string>): Promise<Front> {
  const { environment = {} } = services[target]!;
  // What is not written there would be absent in the container.
  expect(Object.keys(values).toSorted()).toEqual(Object.keys(environment).toSorted());
  const image = await build(target);
  expect(image.user).toBe("1000");
  expect(image.env.HOST).toBe("0.0.0.0");
  const port = await freePort();
  const env = { ...image.env, ...values, HOST, PORT: String(port) };
  const identity = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  const run = ([program, ...args]: string[]) => {
    expect(program).toBe("node");
    const cwd = join(image.root, image.workdir);
    return spawn(process.execPath, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"], ...identity });
  };
  const child = run(image.entrypoint);
  ends.push(() => child.kill("SIGKILL"));
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (text += chunk));
  await until(() => text.includes('"listening"') || child.exitCode !== null);
  expect(child.exitCode, text).toBeNull();
  return {
    port,
    child,
    output: () => text,
    health: async () => (await once(run(image.healthcheck), "exit"))[0],
  };
}

/** As Docker stops it. */
async function stop({ child, output }: Front): Promise<void> {
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  expect(await ended, output()).toEqual([0, null]);
}

const post = async (front: Front, path: string, headers: Record<string, string>, body: unknown) => {
  const init = { method: "POST", headers, body: JSON.stringify(body) };
  const response = await fetch(`http://${HOST}:${front.port}${path}`, init);
  return { status: response.status, body: await response.json() };
};

it("neon answers a query, is unhealthy without Postgres, and stops in order", {
  timeout: LIMIT_MS,
}, async () => {
  const postgres = await startTestPostgres();
  ends.push(() => postgres.close());
  const { name, password } = await postgres.addDatabase("bookings");
  const front = await start("neon", { POSTGRES_HOST: HOST, POSTGRES_PORT: String(postgres.port) });
  const address = `postgres://${name}:${password}@db.example/${name}`;
  const headers = { "neon-connection-string": address, "neon-raw-text-output": "true" };
  const answer = await post(front, "/sql", headers, { query: "select 40 + $1::int as n", params: ["2"] });
  expect(answer).toMatchObject({ status: 200, body: { rows: [{ n: "42" }] } });
  expect(await front.health()).toBe(0);
  await postgres.stop("SIGKILL");
  expect(await front.health()).toBe(1);
  await stop(front);
});

it("redis-rest answers from Redis with our configuration", { timeout: LIMIT_MS }, async () => {
  const { file, libraryPath } = await debianRedis();
  const port = await freePort();
  const dir = join(folder, "redis-data");
  mkdirSync(dir);
  // As in the image, but for the folder.
  const conf = join(folder, "redis.conf");
  writeFileSync(conf, textOf("local/images/redis/redis.conf").replace(/^dir .*$/m, `dir ${dir}`));
  const more = ["--port", `${port}`, "--bind", HOST, "--requirepass", "secret"];
  const redis = spawn(file, [conf, ...more], { env: { LD_LIBRARY_PATH: libraryPath }, stdio: "ignore" });
  ends.push(() => redis.kill("SIGKILL"));
  await until(async () => redis.exitCode !== null || (await answers(port)));
  expect(redis.exitCode).toBeNull();
  const front = await start("redis-rest", {
    REDIS_URL: `redis://default:secret@${HOST}:${port}`,
    REDIS_REST_TOKEN: "token",
  });
  const headers = { authorization: "Bearer token" };
  expect(await post(front, "/", headers, ["set", "seat", "taken"])).toMatchObject({ body: { result: "OK" } });
  expect(await post(front, "/", headers, ["get", "seat"])).toMatchObject({ body: { result: "taken" } });
  const policy = await post(front, "/", headers, ["set", "seat"]);
  expect(policy.status).toBe(400);
  expect(await front.health()).toBe(0);
  await stop(front);
});

describe.skipIf(!kafkaClasspath)("in front of a broker from Kafka's jars", () => {
  it("kafka-rest creates a topic, takes a record and gives it back", { timeout: LIMIT_MS }, async () => {
    const cluster = await startTestCluster(1);
    ends.push(() => cluster.close());
    const front = await start("kafka-rest", {
      KAFKA_BROKERS: cluster.brokers.join(","),
      KAFKA_REST_USERNAME: "user",
      KAFKA_REST_PASSWORD: "password",
    });
    const headers = { authorization: `Basic ${btoa("user:password")}`, "content-type": "application/json" };
    const topics = await fetch(`http://${HOST}:${front.port}/admin/topics`, {
      method: "PUT",
      headers,
      body: JSON.stringify([{ name: "seats", partitions: 1, retentionMs: 86_400_000 }]),
    });
    expect(topics.status, await topics.text()).toBe(200);
    const produced = await post(front, "/produce", headers, { topic: "seats", key: "a", value: "1" });
    expect(produced).toMatchObject({ status: 200, body: [{ topic: "seats", partition: 0, offset: 0 }] });
    const fetched = await post(front, "/fetch", headers, {
      topicPartitionOffsets: [{ topic: "seats", partition: 0, offset: 0 }],
    });
    expect(JSON.stringify(fetched.body)).toContain('"value":"1"');
    expect(await front.health()).toBe(0);
    await stop(front);
  });
});
