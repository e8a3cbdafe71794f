import { builtinModules } from "node:module";
import { build, type Plugin } from "esbuild";
import { Miniflare } from "miniflare";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Fixture, fixture } from "./fixture.ts";

/** A Worker as the platform's are: the official driver, one client per request, a small pool, polling monitors. */
const WORKER = `
  import { MongoClient } from "mongodb";
  export default {
    async fetch(request, env) {
      const client = new MongoClient(env.MONGO_URL, { serverMonitoringMode: "poll", maxPoolSize: 2 });
      try {
        const steps = client.db().collection("steps");
        await steps.createIndex({ bookingId: 1 }, { unique: true });
        await steps.insertOne({ bookingId: "b1", state: "CREATED", at: new Date(0) });
        const duplicate = await steps.insertOne({ bookingId: "b1" }).catch((error) => error.code);
        const claims = await Promise.all([1, 2, 3, 4].map(() => steps.findOneAndUpdate(
          { bookingId: "b1", state: "CREATED" },
          { $set: { state: "AUTHORISED" }, $push: { outbox: { id: "o1" } } },
          { returnDocument: "after", projection: { _id: 0 } })));
        return Response.json({ duplicate, claims: claims.filter(Boolean) });
      } finally {
        await client.close();
      }
    },
  };
`;

/** The driver is CommonJS: its requires of Node's modules become imports, which workerd answers. */
const nodeBuiltins: Plugin = {
  name: "node-builtins",
  setup(bundler) {
    const names = builtinModules.map((name) => name.replace("/", "\\/")).join("|");
    const filter = new RegExp(`^(node:)?(${names})$`);
    bundler.onResolve({ filter }, ({ path, namespace }) =>
      namespace === "builtin"
        ? { path: path.startsWith("node:") ? path : `node:${path}`, external: true }
        : { path: path.replace("node:", ""), namespace: "builtin" },
    );
    bundler.onLoad({ filter: /.*/, namespace: "builtin" }, ({ path }) => ({
      contents: `import * as all from "node:${path}"; module.exports = all.default ?? all;`,
    }));
  },
};

let server: Fixture;
let miniflare: Miniflare;
beforeAll(async () => {
  server = await fixture();
  const bundle = await build({
    stdin: { contents: WORKER, resolveDir: import.meta.dirname, loader: "js" },
    bundle: true,
    write: false,
    format: "esm",
    conditions: ["workerd", "worker", "import"],
    plugins: [nodeBuiltins],
  });
  miniflare = new Miniflare({
    modules: true,
    script: bundle.outputFiles[0]?.text ?? "",
    compatibilityDate: "2026-07-01",
    compatibilityFlags: ["nodejs_compat"],
    bindings: { MONGO_URL: server.uri() },
  });
}, 30_000);
afterAll(async () => {
  await miniflare.dispose();
  await server.stop();
});

// https://developers.cloudflare.com/workers/runtime-apis/nodejs/
it("the official driver talks to the server from workerd", { timeout: 30_000 }, async () => {
  const response = await miniflare.dispatchFetch("http://worker/");
  expect(await response.json()).toEqual({
    duplicate: 11000,
    claims: [
      { bookingId: "b1", state: "AUTHORISED", at: "1970-01-01T00:00:00.000Z", outbox: [{ id: "o1" }] },
    ],
  });
});
