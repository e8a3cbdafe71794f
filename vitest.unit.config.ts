import { defineConfig } from "vitest/config";

/** Tests that need nothing but Node: pure cores, stand-ins (conformance included), tools (chaos and simulation included). */
export default defineConfig({
  test: {
    name: "unit",
    sequence: { groupOrder: 0 },
    // Many tests wait for processes of their own; two cores carry three files.
    maxWorkers: 3,
    include: [
      "{workers,durable-objects,shared,local}/**/*.test.ts",
      "test/{conformance,chaos,simulation,connections,backends,bench}/**/*.test.ts",
    ],
    exclude: ["**/node_modules/**", "**/*.workerd.test.ts", "**/*.backends.test.ts"],
    // A busy machine takes its time; what hangs is still found.
    testTimeout: 90_000,
    expect: { poll: { timeout: 30_000 } },
  },
});
