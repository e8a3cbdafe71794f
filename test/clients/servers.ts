import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { kafkaRest } from "#shared/log/kafka-rest.ts";
import type { NewRecord } from "#shared/log/topic-log.ts";
import type { Servers } from "./jobs.ts";

/** As many as the widest consumer of the saga reads. */
const POSITIONS = 13;
const CREDENTIALS = { username: "clients", password: "clients", token: "clients" };

export interface RunningServers {
  servers: Servers;
  /** How often the one that refuses was asked since the last time. */
  takeAsked(): number;
  close(): Promise<void>;
}

/** The fronts, each in a process of its own, with topics and records. */
export async function startServers(): Promise<RunningServers> {
  const folder = mkdtempSync(join(tmpdir(), "clients-"));
  const { username, password, token } = CREDENTIALS;
  const log = await start("pandaproxy/main.ts", {
    ...{ PORT: "0", PANDAPROXY_PORT: "0", DATA_DIR: folder },
    ...{ KAFKA_REST_USERNAME: username, KAFKA_REST_PASSWORD: password },
  });
  const redis = await start("redis/main.ts", { PORT: "0", REDIS_REST_TOKEN: token });
  let asked = 0;
  const refusing = createServer((request, response) => {
    asked += 1;
    request.resume();
    response.writeHead(401).end('{"error":"unauthorized","status":401}');
  });
  await new Promise<void>((resolve) => refusing.listen(0, "127.0.0.1", resolve));
  const at = (port: number | undefined) => `http://127.0.0.1:${port}`;
  const names = (kind: string) => Array.from({ length: POSITIONS }, (_, n) => `clients.${kind}.${n}`);
  const servers: Servers = {
    ...CREDENTIALS,
    kafka: at(log.ports.get("listening")),
    proxy: at(log.ports.get("pandaproxy-listening")),
    redis: at(redis.ports.get("listening")),
    refusing: at((refusing.address() as AddressInfo).port),
    topics: names("quiet"),
    filled: names("filled"),
    written: names("written"),
  };
  await fill(servers);
  return {
    servers,
    takeAsked() {
      const count = asked;
      asked = 0;
      return count;
    },
    async close() {
      refusing.closeAllConnections();
      refusing.close();
      await Promise.all([log.stop(), redis.stop()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function fill({ kafka: url, username, password, topics, filled, written }: Servers): Promise<void> {
  const made = await fetch(`${url}/admin/topics`, {
    method: "PUT",
    headers: { authorization: `Basic ${btoa(`${username}:${password}`)}` },
    body: JSON.stringify(
      [...topics, ...filled, ...written].map((name) => ({ name, partitions: 1, retentionMs: 3_600_000 })),
    ),
  });
  if (!made.ok) throw new Error(`topics: ${made.status}`);
  const records = filled.flatMap((topic): NewRecord[] =>
    Array.from({ length: 8 }, (_, n) => ({ topic, partition: 0, key: `k${n}`, value: "x".repeat(800) })),
  );
  await kafkaRest({ url, username, password }).produce(records);
}

interface Started {
  /** By the name of the event that tells of it. */
  ports: Map<string, number>;
  stop(): Promise<void>;
}

async function start(entry: string, env: Record<string, string>): Promise<Started> {
  const script = join(import.meta.dirname, "../../local", entry);
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", script], {
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ports = new Map<string, number>();
  for await (const line of createInterface({ input: child.stdout })) {
    const { event, port } = JSON.parse(line) as { event: string; port?: number };
    if (port !== undefined) ports.set(event, port);
    if (event === "listening") return { ports, stop: () => ended(child) };
  }
  throw new Error(`${entry} ended before it listened`);
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.kill("SIGTERM");
  });
}
