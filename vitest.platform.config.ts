import { defineConfig } from "vitest/config";

/** Tests across Workers: one platform of their own is started for all of them. */
export default defineConfig({
  test: {
    name: "platform",
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/platform.ts"],
    testTimeout: 60_000,
  },
});
