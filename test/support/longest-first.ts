import { relative } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * Files that take longer than ten seconds, the longest first. A file that begins last is waited for alone, and by size,
 * which is vitest's order where it knows no times, the longest came last.
 */
export const LONG_FILES = [
  "test/simulation/planted/planted.test.ts",
  "test/simulation/simulation.test.ts",
  "local/coverage/test-command.test.ts",
  "test/faults/health.test.ts",
  "test/dev/dev.test.ts",
  "local/postgres/server.test.ts",
  "test/faults/kill-round.test.ts",
  "test/connections/mongo-bound.test.ts",
  "local/kafka-rest/brokers-away.test.ts",
  "durable-objects/seat-map/core.model.test.ts",
  "local/migrate/command.test.ts",
  "test/money/stripe-fails.test.ts",
  "local/neon/http.test.ts",
  "local/mongo/process.test.ts",
];

/** Begins with {@link LONG_FILES}. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const rank = ({ moduleId }: TestSpecification) => {
      const place = LONG_FILES.indexOf(relative(this.ctx.config.root, moduleId));
      return place < 0 ? LONG_FILES.length : place;
    };
    return sorted.toSorted((a, b) => rank(a) - rank(b));
  }
}
