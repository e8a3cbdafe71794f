import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { listen } from "../shared/listen.ts";
import { CALL_LIMIT_MS } from "./log-store/brokers/limits.ts";
import { createClient, startBrokersServer } from "./testing/test-server.ts";

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));

/** Where nobody listens. */
async function nobody(): Promise<string> {
  const server = createServer();
  const port = await listen(server, 0);
  await new Promise((resolve) => server.close(resolve));
  return `127.0.0.1:${port}`;
}

/** Where connections are taken and nothing is ever said. */
async function silence(): Promise<string> {
  const server = createServer((socket) => socket.on("error", () => {}));
  const port = await listen(server, 0);
  onTestFinished(() => void server.close());
  return `127.0.0.1:${port}`;
}

/** What the front does that needs no broker, and what it says while there is none. */
describe("brokers that are away", () => {
  it.each([
    ["nobody listens", nobody],
    ["nobody answers", silence],
  ])("are 503 on every route that needs them, in time, where %s", async (_, where) => {
    const front = await startBrokersServer({ brokers: [await where()], replicationFactor: 1 });
    const place = { topic: "t", partition: 0 };
    const begunMs = performance.now();
    const answers = await Promise.all([
      front.produce({ ...place, value: "v" }),
      front.request("POST", "/fetch", { ...place, offset: 0, timeout: 30_000 }),
      front.request("POST", "/commit/g/i", { ...place, offset: 1 }),
      front.request("POST", "/committed/g/i", place),
      front.request("POST", "/offsets/latest", place),
      front.request("GET", "/admin/lag/g"),
      front.request("PUT", "/admin/topics", [{ name: "t", partitions: 1, retentionMs: 60_000 }]),
      front.request("GET", "/topics"),
    ]);
    // One after the other's failure would be twice as long.
    expect(performance.now() - begunMs).toBeLessThan(1.75 * CALL_LIMIT_MS);
    for (const answer of answers) {
      expect(answer).toEqual({
        status: 503,
        body: { error: expect.stringContaining("brokers are not available"), status: 503 },
      });
    }
    const health = await fetch(`http://127.0.0.1:${front.port}/health`);
    expect([health.status, health.headers.get("retry-after")]).toEqual([503, "2"]);
  });

  it("are not asked about what the front refuses by itself", async () => {
    const front = await startBrokersServer({ brokers: [await nobody()], replicationFactor: 1 });
    expect(await front.request("GET", "/consumers")).toMatchObject({
      status: 501,
      body: { error: expect.stringContaining("/fetch") },
    });
    expect((await front.request("POST", "/commit/g/i", [])).status).toBe(501);
    expect((await front.request("GET", "/nowhere")).status).toBe(404);
    expect(
      (await front.request("GET", "/topics", undefined, { headers: { authorization: "" } })).status,
    ).toBe(401);
  });

  it("do not keep the process from starting, nor from stopping", async () => {
    const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", MAIN], {
      env: {
        PORT: "0",
        KAFKA_BROKERS: await nobody(),
        KAFKA_REST_USERNAME: "user",
        KAFKA_REST_PASSWORD: "pass:word",
      },
      stdio: ["ignore", "pipe", "inherit"],
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    const lines = createInterface({ input: child.stdout });
    const [line] = (await once(lines, "line")) as [string];
    const { event, port } = JSON.parse(line) as { event: string; port: number };
    expect(event).toBe("listening");
    expect((await createClient(port).request("GET", "/topics")).status).toBe(503);
    const exit = once(child, "exit");
    child.kill("SIGTERM");
    expect(await exit).toEqual([0, null]);
  });
});
