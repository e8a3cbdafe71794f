/** @type {import("dependency-cruiser").IConfiguration} */

/** Every folder of ours. What a rule does not name stays free: packages, Node's and Cloudflare's own modules. */
const OURS = "^(workers|durable-objects|shared|local|test|frontend|migrations)/";
/** Tests may open what they test. */
const TESTS = ["\\.test\\.ts$", "^test/"];

/** A rule by which nothing but what is under `homes`, and tests, imports the packages that `packages` matches. */
const driver = (name, packages, homes) => ({
  name,
  severity: "error",
  from: { path: "^(workers|durable-objects|shared|local)/", pathNot: [...homes, ...TESTS] },
  to: { path: `(^|/)node_modules/(${packages})(/|$)` },
});

/** A rule by which files under `from` import nothing of ours but what is under `allowed`. */
const only = (name, from, allowed) => ({
  name,
  severity: "error",
  from: { path: from },
  to: { path: OURS, pathNot: allowed },
});

module.exports = {
  forbidden: [
    only("workers-import-themselves-and-what-is-shared", "^workers/([^/]+)/", [
      "^workers/$1/",
      "^durable-objects/",
      "^shared/",
    ]),
    only("durable-objects-import-what-is-shared", "^durable-objects/", ["^durable-objects/", "^shared/"]),
    only("shared-imports-nothing-else", "^shared/", ["^shared/"]),
    only("local-imports-what-is-shared", "^local/", ["^local/", "^shared/"]),
    {
      name: "test-is-imported-by-nobody",
      severity: "error",
      from: { pathNot: "^test/" },
      to: { path: "^test/" },
    },
    driver("postgres-driver-only-in-repositories", "drizzle-orm|@neondatabase/serverless", [
      "^workers/[^/]+/src/repositories/",
      // Opens the connection that repositories are given.
      "^shared/postgres/",
      "^local/[^/]+/testing\\.ts$",
    ]),
    driver("mongodb-driver-only-in-repositories", "mongodb", [
      "^workers/[^/]+/src/repositories/",
      "^durable-objects/document-pool/",
      "^local/migrate/",
      "^local/mongo/fixture\\.ts$",
      "^local/backends/ferretdb/",
      // The one place of the operator's console that reads documents.
      "^local/console/stores/documents\\.ts$",
    ]),
    driver("redis-client-only-behind-its-port", "@upstash/redis", ["^shared/redis/"]),
    driver("redis-server-client-only-in-its-front", "@redis/client", ["^local/redis/real/"]),
    // A driver of Node's, for one machine: what runs in the Workers' runtime reaches Postgres over HTTP.
    driver("node-postgres-driver-only-in-local", "pg", ["^local/"]),
    {
      name: "no-circles",
      severity: "error",
      // What is generated is as its generator makes it.
      from: { pathNot: "^shared/client/generated/" },
      to: { circular: true },
    },
    {
      // An import that was not followed was not checked either.
      name: "nothing-unresolved",
      severity: "error",
      from: {},
      to: { couldNotResolve: true, pathNot: "^(cloudflare|node|virtual):" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    // Imports of types alone count too: they tie folders together just the same.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["types", "import", "require", "node", "default"],
      extensions: [".ts", ".mjs", ".js", ".json", ".d.ts", ".d.mts"],
    },
  },
};
