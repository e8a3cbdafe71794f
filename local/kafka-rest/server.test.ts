import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { SHUTDOWN_GRACE_MS } from "./limits.ts";
import { AUTHORIZATION, sharedTestServer, startTestServer, until } from "./testing/test-server.ts";

// Errors: https://upstash.com/docs/kafka/rest/restintro#responses
describe("the server", () => {
  const shared = sharedTestServer(async (server) => await server.createTopic("words", 1));

  /** Sends raw bytes and resolves to everything the server answers until it closes the connection. */
  async function raw(port: number, payload: string): Promise<string> {
    const socket = connect(port, "127.0.0.1");
    socket.write(payload);
    return await text(socket);
  }
  const head = (line: string, ...headers: string[]) =>
    [
      `${line} HTTP/1.1`,
      "host: localhost",
      "connection: close",
      `authorization: ${AUTHORIZATION}`,
      ...headers,
    ].join("\r\n");

  it.each([
    ["no credentials", ""],
    ["another password", `Basic ${btoa("user:pass")}`],
    ["another user", `Basic ${btoa("other:pass:word")}`],
    ["another scheme", "Bearer user:pass:word"],
    ["broken credentials", "Basic !"],
  ])("refuses %s on every path but /health", async (_, authorization) => {
    const { port, request } = shared();
    for (const path of ["/topics", "/produce", "/admin/lag/g", "/nowhere"]) {
      const answer = await request("GET", path, undefined, { headers: { authorization } });
      expect(answer).toEqual({ status: 401, body: { error: "unauthorized", status: 401 } });
    }
    const health = await fetch(`http://127.0.0.1:${port}/health`);
    expect(health.status).toBe(200);
    expect(await health.json()).toEqual({ status: "ok", topics: 1, waiting: 0 });
  });

  it("says how to authenticate", async () => {
    const { port } = shared();
    const response = await fetch(`http://127.0.0.1:${port}/topics`);
    expect(response.headers.get("www-authenticate")).toMatch(/^Basic realm=/);
  });

  it.each([
    ["GET", "/nowhere", 404],
    ["GET", "/", 404],
    ["GET", "/produce//v", 404],
    ["DELETE", "/produce", 405],
    ["POST", "/topics", 405],
    ["GET", "/produce/%E0%A4%A/v", 400],
  ])("answers %s %s with an error document", async (method, path, status) => {
    const { request } = shared();
    expect(await request(method, path)).toEqual({ status, body: { error: expect.any(String), status } });
  });

  it("refuses a body over 10 MB with an answer, and goes on serving", async () => {
    const { request } = shared();
    const answer = await request("POST", "/produce", `"${"x".repeat(24 * 1024 * 1024)}"`);
    expect(answer).toEqual({
      status: 413,
      body: { error: expect.stringContaining("10485760"), status: 413 },
    });
    expect((await request("GET", "/topics")).status).toBe(200);
  });

  it("takes a body with GET, as documented", async () => {
    const { port, createTopic } = await startTestServer();
    await createTopic("words", 1);
    const body = '{"topic":"words","value":"v"}';
    const produced = await raw(
      port,
      `${head("GET /produce", `content-length: ${body.length}`)}\r\n\r\n${body}`,
    );
    expect(produced).toContain('[{"topic":"words","partition":0,"offset":0');
    const wanted = '{"topic":"words","partition":0,"offset":0}';
    const fetched = await raw(
      port,
      `${head("GET /fetch", `content-length: ${wanted.length}`)}\r\n\r\n${wanted}`,
    );
    expect(fetched).toContain('"value":"v"');
  });

  it("serves several requests on one connection, in order", async () => {
    const { port } = shared();
    const first = head("GET /topics").replace("connection: close", "connection: keep-alive");
    const answers = await raw(port, `${first}\r\n\r\n${head("GET /nowhere")}\r\n\r\n`);
    expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 200", "HTTP/1.1 404"]);
  });

  it("survives a client that leaves in the middle of its body", async () => {
    const { port, request } = shared();
    const socket = connect(port, "127.0.0.1");
    socket.write(`${head("POST /produce", "content-length: 100")}\r\n\r\n{"topic"`);
    await new Promise<void>((resolve) => socket.end(resolve));
    socket.destroy();
    expect((await request("GET", "/topics")).status).toBe(200);
  });

  it("answers waiting requests at once when it closes", async () => {
    const { createTopic, fetch, request, waiting, close } = await startTestServer();
    await createTopic("words", 1);
    const waits = fetch({ topic: "words", partition: 0, offset: 0, timeout: 30_000 });
    const consumes = request("POST", "/consume/g/i", { topic: "words", timeout: 30_000 });
    await until(async () => (await waiting()) === 2);
    const startedMs = performance.now();
    await close();
    // Closing by itself, not by the cut that ends the grace.
    expect(performance.now() - startedMs).toBeLessThan(SHUTDOWN_GRACE_MS / 2);
    expect(await waits).toEqual([]);
    expect(await consumes).toEqual({ status: 200, body: [] });
  });
});
