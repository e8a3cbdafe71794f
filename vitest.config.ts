import { defineConfig } from "vitest/config";
import { LongestFirst } from "./test/support/longest-first.ts";

/** All tests: without servers, in the Workers' runtime, and across the running platform. */
export default defineConfig({
  test: {
    projects: ["vitest.unit.config.ts", "vitest.workerd.config.ts", "vitest.platform.config.ts"],
    sequence: { sequencer: LongestFirst },
  },
});
