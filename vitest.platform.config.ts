import { defineConfig } from "vitest/config";

/** Tests across Workers: one platform of their own is started for all of them. */
export default defineConfig({
  test: {
    name: "platform",
    sequence: { groupOrder: 1 },
    maxWorkers: 2,
    include: ["test/**/*.test.ts"],
    exclude: [
      "**/node_modules/**",
      "**/*.backends.test.ts",
      "test/{conformance,chaos,simulation,connections,backends,bench}/**",
    ],
    globalSetup: ["test/support/platform.ts"],
    // The platform is shared anyway; a module graph for each file costs a second apiece.
    isolate: false,
    testTimeout: 60_000,
  },
});
