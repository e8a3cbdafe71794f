import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { afterAll, beforeAll, expect, it } from "vitest";
import { HOST } from "../config.ts";
import { type Runtime, startRuntime } from "./runtime.ts";

/** Many times what a pipe holds. */
const NOISE_BYTES = 10_000_000;
const NOISY = `
  let fired = [];
  export default {
    async fetch(request, env) {
      if (new URL(request.url).pathname === "/fired") return Response.json(fired);
      if (new URL(request.url).pathname === "/ask") {
        const asked = await Promise.all([env.BEHIND, env.OTHER].map((server) => fetch(server + "/who?a=b")));
        return Response.json(await Promise.all(asked.map((answer) => answer.text())));
      }
      for (let written = 0; written < ${NOISE_BYTES}; written += 1_000) console.log("x".repeat(999));
      return new Response("said");
    },
    async scheduled({ cron }) {
      if (fired.length === 2) throw new Error("enough");
      fired.push(cron);
    },
  };`;

let dir: string;
let runtime: Runtime;
let url: string;
let behind: Server[] = [];
let heardBytes = 0;
const begun = Promise.withResolvers<void>();

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "runtime-"));
  writeFileSync(join(dir, "index.js"), NOISY);
  const config = `name = "noisy"\nmain = "index.js"\ncompatibility_date = "2026-07-01"\n[triggers]\ncrons = ["* * * * *"]\n`;
  writeFileSync(join(dir, "wrangler.toml"), config);
  const output = new Writable({
    write(chunk: Buffer, _encoding, done) {
      heardBytes += chunk.length;
      begun.resolve();
      done();
    },
  });
  behind = await Promise.all([listen(), listen()]);
  const [one, other] = behind.map((server) => (server.address() as AddressInfo).port);
  // By its name the other is no address of a variable that is reached directly.
  const addresses = { BEHIND: `http://${HOST}:${one}/path`, OTHER: `http://localhost:${other}` };
  const options = {
    host: HOST,
    port: 0,
    storageDir: join(dir, "objects"),
    variables: { noisy: addresses },
    output,
  };
  runtime = await startRuntime({ ...options, configs: [join(dir, "wrangler.toml")] });
  url = runtime.url;
}, 60_000);

afterAll(async () => {
  await runtime?.close();
  for (const server of behind) server.close();
  rmSync(dir, { recursive: true, force: true });
});

const get = async (path: string, headers: Record<string, string> = {}) =>
  (await fetch(url + path, { headers })).text();

/** A server that says what it was asked. */
async function listen(): Promise<Server> {
  const server = createServer(({ headers, url: asked }, response) =>
    response.end(`${headers.host} ${asked}`),
  );
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  return server;
}

it("reaches the servers of its variables, and others, as they are addressed", async () => {
  const [one, other] = behind.map((server) => (server.address() as AddressInfo).port);
  expect(JSON.parse(await get("/ask"))).toEqual([
    `${HOST}:${one} /path/who?a=b`,
    `localhost:${other} /who?a=b`,
  ]);
});

it("fires triggers while Workers write more than a pipe holds, and neither waits for the other", async () => {
  const said = get("/");
  await begun.promise;
  await runtime.runCrons("* * * * *");
  expect(await said).toBe("said");
  expect(heardBytes).toBeGreaterThanOrEqual(NOISE_BYTES);
  expect(JSON.parse(await get("/fired"))).toEqual(["* * * * *"]);
});

it("says that a trigger has failed, and fires none for whoever only knows the port", async () => {
  await runtime.runCrons("* * * * *");
  await runtime.runCrons("0 * * * *");
  await expect(runtime.runCrons("* * * * *")).rejects.toThrow(
    'the trigger "* * * * *" of noisy ended with exception',
  );
  const guess = { "MF-Route-Override": "timer", worker: "noisy", cron: "* * * * *", authorization: "guess" };
  // The port is the first Worker's own: whoever guesses meets no other.
  expect(await get("/fired", guess)).toBe(await get("/fired"));
});
