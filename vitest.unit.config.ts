import { defineConfig } from "vitest/config";

/** Tests that need nothing but Node: pure cores, stand-ins, tools. */
export default defineConfig({
  test: {
    name: "unit",
    include: ["{workers,durable-objects,shared,local}/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/*.workerd.test.ts"],
    // A busy machine takes its time; what hangs is still found.
    testTimeout: 90_000,
  },
});
