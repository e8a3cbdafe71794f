/** @type {import("dependency-cruiser").IConfiguration} */

/** Every folder of ours. What a rule does not name stays free: packages, Node's and Cloudflare's own modules. */
const OURS = "^(workers|durable-objects|shared|local|test|frontend|migrations)/";
/** Tests may open what they test. */
const TESTS = ["\\.test\\.ts$", "^test/"];

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
    only("test-imports-no-worker", "^test/", ["^test/", "^local/", "^durable-objects/", "^shared/"]),
    {
      name: "databases-only-in-repositories",
      severity: "error",
      from: {
        path: "^(workers|durable-objects|shared|local)/",
        pathNot: ["^workers/[^/]+/src/repositories/", "^durable-objects/document-pool/", ...TESTS],
      },
      to: { path: "(^|/)node_modules/(drizzle-orm|@neondatabase/serverless|mongodb)(/|$)" },
    },
    { name: "no-circles", severity: "error", from: {}, to: { circular: true } },
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
