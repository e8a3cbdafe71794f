import { defineConfig } from "vitest/config";

/** Tests against real servers, which `npm run test:backends` provisions: not part of `npm test`. */
export default defineConfig({
  test: {
    name: "backends",
    // Each starts servers of its own, or shares one that others measure.
    maxWorkers: 1,
    include: ["**/*.backends.test.ts"],
    exclude: ["**/node_modules/**"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 30_000 } },
  },
});
