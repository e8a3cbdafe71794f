import { once } from "node:events";
import { neonConfig, Pool } from "@neondatabase/serverless";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { MAX_PIPES } from "./limits.ts";
import { startTestNeon, type TestNeon } from "./testing.ts";

let endpoint: TestNeon;
let pool: Pool;

beforeAll(async () => {
  endpoint = await startTestNeon();
  pool = new Pool({ connectionString: endpoint.urlOf(await endpoint.postgres.addDatabase("bookings")) });
  pool.on("error", () => {});
}, 60_000);
afterAll(async () => {
  await pool.end();
  await endpoint.close();
});

let open: WebSocket[] = [];
afterEach(async () => {
  await Promise.all(
    open.map((socket) => [socket.terminate(), socket.readyState === 3 || once(socket, "close")][1]),
  );
  open = [];
});
function connect(path: string): WebSocket {
  const socket = new WebSocket(`ws://127.0.0.1:${endpoint.port}${path}`);
  open.push(socket);
  return socket;
}

test("large answers and large parameters pass whole, many at once", async () => {
  const text = "ü".repeat(2_000_000);
  const one = async () =>
    (await pool.query("select $1::text || repeat('y', 5000000) as text", [text])).rows[0].text;
  const answers = await Promise.all([one(), one(), one()]);
  for (const answer of answers) expect(answer === text + "y".repeat(5_000_000)).toBe(true);
});

test("whatever address is asked for, it is our server that answers", async () => {
  const proxy = neonConfig.wsProxy;
  neonConfig.wsProxy = () => `127.0.0.1:${endpoint.port}/v2?address=192.0.2.1:22`;
  const { rows } = await pool.query("select inet_server_port() as port");
  neonConfig.wsProxy = proxy;
  expect(rows).toEqual([{ port: endpoint.postgres.port }]);
});

test("a request without an address, another path and text messages are refused", async () => {
  const [missing] = (await once(connect("/v2"), "error")) as [Error];
  expect(missing.message).toContain("400");
  const [other] = (await once(connect("/other?address=a:1"), "error")) as [Error];
  expect(other.message).toContain("404");
  const texting = connect("/v2?address=a:1");
  await once(texting, "open");
  texting.send("text");
  expect((await once(texting, "close"))[0]).toBe(1003);
});

test("pipes are counted, and a closed one makes room", async () => {
  const sockets = Array.from({ length: MAX_PIPES - pool.totalCount }, () => connect("/v2?address=a:1"));
  await Promise.all(sockets.map((socket) => once(socket, "open")));
  const [full] = (await once(connect("/v2?address=a:1"), "error")) as [Error];
  expect(full.message).toContain("503");
  sockets[0]!.close();
  await once(sockets[0]!, "close");
  await once(connect("/v2?address=a:1"), "open");
});

test("the server's end closes the pipe", async () => {
  const socket = connect("/v2?address=a:1");
  await once(socket, "open");
  const closed = once(socket, "close");
  await endpoint.postgres.stop("SIGKILL");
  await closed;
  await endpoint.postgres.start();
  expect((await pool.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
});
