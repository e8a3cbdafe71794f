import { defineConfig } from "vitest/config";

/** All tests: without servers, in the Workers' runtime, and across the running platform. */
export default defineConfig({
  test: { projects: ["vitest.unit.config.ts", "vitest.workerd.config.ts", "vitest.platform.config.ts"] },
});
