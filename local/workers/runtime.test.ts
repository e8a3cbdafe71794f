import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
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
    async fetch(request) {
      if (new URL(request.url).pathname === "/fired") return Response.json(fired);
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
  const options = { host: HOST, port: 0, storageDir: join(dir, "objects"), variables: {}, output };
  runtime = await startRuntime({ ...options, configs: [join(dir, "wrangler.toml")] });
  url = runtime.url;
}, 60_000);

afterAll(async () => {
  await runtime?.close();
  rmSync(dir, { recursive: true, force: true });
});

const get = async (path: string, headers: Record<string, string> = {}) =>
  (await fetch(url + path, { headers })).text();

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
