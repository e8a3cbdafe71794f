import { cloudflareTest } from "@cloudflare/vitest-pool-workers";
import { defineConfig } from "vitest/config";

/** Tests that need the Workers' runtime: Durable Objects with their storage, alarms and eviction. */
export default defineConfig({
  plugins: [
    cloudflareTest({
      main: "./durable-objects/testing/worker.ts",
      miniflare: {
        compatibilityDate: "2026-07-01",
        compatibilityFlags: ["nodejs_compat"],
        durableObjects: {
          SEAT_MAP: { className: "TestSeatMap", useSQLite: true },
          SEAT_RELAY: { className: "TestSeatRelay", useSQLite: true },
          RATE_LIMITER: { className: "RateLimiter", useSQLite: true },
          SWEEPER: { className: "TestSweeper", useSQLite: true },
          AUDITOR: { className: "TestAuditor", useSQLite: true },
          EVENT_CONSUMER: { className: "TestEventConsumer", useSQLite: true },
        },
      },
    }),
  ],
  test: {
    name: "workerd",
    sequence: { groupOrder: 1 },
    include: ["{durable-objects,workers}/**/*.workerd.test.ts"],
    exclude: ["**/node_modules/**"],
    // Two runtimes for all files, beside the platform's tests: each of its own costs a second. Tests use object names of their own.
    isolate: false,
    maxWorkers: 2,
    // A busy machine takes its time; what hangs is still found.
    testTimeout: 90_000,
  },
});
