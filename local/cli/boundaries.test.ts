import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BoundaryReport, checkBoundaries, readTooFew } from "./boundaries.ts";

const rules = resolve(import.meta.dirname, "../../.dependency-cruiser.cjs");

/** Each planted violation: the rule that must report it, the file that breaks it, its import, what that resolves to. */
const PLANTED: [rule: string, file: string, specifier: string, target: string][] = [
  [
    "workers-import-themselves-and-what-is-shared",
    "workers/a/src/sibling.ts",
    "../../b/src/index.ts",
    "workers/b/src/index.ts",
  ],
  [
    "workers-import-themselves-and-what-is-shared",
    "workers/a/src/local.ts",
    "../../../local/tool.ts",
    "local/tool.ts",
  ],
  [
    "workers-import-themselves-and-what-is-shared",
    "workers/a/src/test.ts",
    "../../../test/help.ts",
    "test/help.ts",
  ],
  [
    "durable-objects-import-what-is-shared",
    "durable-objects/seat/up.ts",
    "../../workers/b/src/index.ts",
    "workers/b/src/index.ts",
  ],
  [
    "shared-imports-nothing-else",
    "shared/aliased.ts",
    "#durable-objects/seat/core.ts",
    "durable-objects/seat/core.ts",
  ],
  [
    "local-imports-what-is-shared",
    "local/aliased.ts",
    "#durable-objects/seat/core.ts",
    "durable-objects/seat/core.ts",
  ],
  ["local-imports-what-is-shared", "local/uses-test.ts", "../test/help.ts", "test/help.ts"],
  [
    "workers-import-themselves-and-what-is-shared",
    "workers/a/src/alias.ts",
    "#local/tool.ts",
    "local/tool.ts",
  ],
  ["shared-imports-nothing-else", "shared/uses-local.ts", "#local/tool.ts", "local/tool.ts"],
  ["test-is-imported-by-nobody", "workers/a/src/in-a.test.ts", "../../../test/help.ts", "test/help.ts"],
  ["test-is-imported-by-nobody", "local/test-alone.ts", "../test/help.ts", "test/help.ts"],
  [
    "postgres-driver-only-in-repositories",
    "workers/a/src/route.ts",
    "drizzle-orm",
    "node_modules/drizzle-orm/index.js",
  ],
  [
    "postgres-driver-only-in-repositories",
    "workers/a/src/deep.ts",
    "drizzle-orm/pg-core.js",
    "node_modules/drizzle-orm/pg-core.js",
  ],
  [
    "postgres-driver-only-in-repositories",
    "shared/neon.ts",
    "@neondatabase/serverless",
    "node_modules/@neondatabase/serverless/index.js",
  ],
  [
    "postgres-driver-only-in-repositories",
    "local/part/neon.ts",
    "@neondatabase/serverless",
    "node_modules/@neondatabase/serverless/index.js",
  ],
  [
    "mongodb-driver-only-in-repositories",
    "workers/a/src/use-cases/find.ts",
    "mongodb",
    "node_modules/mongodb/index.js",
  ],
  [
    "mongodb-driver-only-in-repositories",
    "durable-objects/seat/db.ts",
    "mongodb",
    "node_modules/mongodb/index.js",
  ],
  [
    "mongodb-driver-only-in-repositories",
    "shared/postgres/mongo.ts",
    "mongodb",
    "node_modules/mongodb/index.js",
  ],
  ["mongodb-driver-only-in-repositories", "local/part/mongo.ts", "mongodb", "node_modules/mongodb/index.js"],
  [
    "redis-client-only-behind-its-port",
    "workers/a/src/repositories/cache.ts",
    "@upstash/redis",
    "node_modules/@upstash/redis/index.js",
  ],
  [
    "node-postgres-driver-only-in-local",
    "workers/a/src/repositories/pg.ts",
    "pg",
    "node_modules/pg/index.js",
  ],
  ["node-postgres-driver-only-in-local", "shared/postgres/pg.ts", "pg", "node_modules/pg/index.js"],
  ["no-circles", "shared/circle-a.ts", "./circle-b.ts", "shared/circle-b.ts"],
  ["nothing-unresolved", "shared/gone.ts", "#shared/not-there.ts", "#shared/not-there.ts"],
];

/** What the rules allow. */
const FINE: [file: string, specifier: string][] = [
  ["workers/a/src/fine-shared.ts", "#shared/money.ts"],
  ["workers/a/src/fine-object.ts", "#durable-objects/seat/core.ts"],
  ["workers/a/src/fine-cloudflare.ts", "cloudflare:workers"],
  ["workers/a/src/repositories/fine.ts", "drizzle-orm"],
  ["workers/a/src/fine.test.ts", "drizzle-orm"],
  ["workers/a/src/repositories/fine-documents.ts", "mongodb"],
  ["durable-objects/document-pool/fine.ts", "mongodb"],
  ["shared/postgres/fine.ts", "@neondatabase/serverless"],
  ["shared/redis/fine.ts", "@upstash/redis"],
  ["local/part/testing.ts", "@neondatabase/serverless"],
  ["local/mongo/fixture.ts", "mongodb"],
  ["local/migrate/fine.ts", "mongodb"],
  ["local/part/fine.ts", "pg"],
  ["local/fine.ts", "#shared/money.ts"],
  ["test/fine-local.ts", "#local/tool.ts"],
  ["test/fine-worker.ts", "../workers/b/src/index.ts"],
  ["test/fine-object.ts", "#durable-objects/seat/core.ts"],
  ["test/fine-driver.ts", "mongodb"],
];

const FILES: Record<string, string> = {
  "package.json": JSON.stringify({
    type: "module",
    imports: {
      "#shared/*": "./shared/*",
      "#durable-objects/*": "./durable-objects/*",
      "#local/*": "./local/*",
    },
  }),
  "shared/money.ts": "export const value = 1;",
  "shared/circle-b.ts": 'export { value } from "./circle-a.ts";',
  "durable-objects/seat/core.ts": "export type value = 1;",
  "workers/b/src/index.ts": "export const value = 1;",
  "local/tool.ts": "export const value = 1;",
  "test/help.ts": "export const value = 1;",
  ...Object.fromEntries(
    [
      "drizzle-orm/index.js",
      "drizzle-orm/pg-core.js",
      "mongodb/index.js",
      "pg/index.js",
      "@neondatabase/serverless/index.js",
      "@upstash/redis/index.js",
    ].map((file) => [`node_modules/${file}`, "export const value = 1;"]),
  ),
};

describe("import boundaries", () => {
  let root: string;
  let report: BoundaryReport;

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), "boundaries-"));
    const importing = [...PLANTED.map(([, file, specifier]) => [file, specifier] as const), ...FINE];
    const files = {
      ...FILES,
      // Types alone: an import that leaves no trace at run time has to be seen as well.
      ...Object.fromEntries(
        importing.map(([file, from]) => [
          file,
          `import type { value } from "${from}";\nexport type x = typeof value;`,
        ]),
      ),
    };
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(join(root, dirname(file)), { recursive: true });
      writeFileSync(join(root, file), text);
    }
    report = await checkBoundaries(root, rules);
  });

  afterAll(() => rmSync(root, { recursive: true }));

  it.each(PLANTED)("%s reports %s importing %s", (rule, from, _specifier, to) => {
    expect(report.violations).toContainEqual({ rule, from, to });
  });

  it("reports nothing else", () => {
    const planted = new Set(PLANTED.map(([, file]) => file));
    expect(
      report.violations.filter(({ from }) => !planted.has(from) && from !== "shared/circle-b.ts"),
    ).toEqual([]);
  });

  it("reads every file", () => {
    expect(report.filesRead).toBe(report.filesThere);
    expect(report.filesThere).toBeGreaterThan(PLANTED.length + FINE.length);
  });

  it("does not take a check that read nothing for one that found nothing", () => {
    expect(readTooFew({ violations: [], filesThere: 100, filesRead: 0 })).toBe(true);
    expect(readTooFew({ violations: [], filesThere: 0, filesRead: 0 })).toBe(true);
    expect(readTooFew({ violations: [], filesThere: 100, filesRead: 79 })).toBe(true);
    expect(readTooFew({ violations: [], filesThere: 100, filesRead: 80 })).toBe(false);
  });
});
