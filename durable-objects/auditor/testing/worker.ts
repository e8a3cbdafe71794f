import type { Clock } from "#shared/clock.ts";
import { Auditor } from "../object.ts";
import type { AuditCursor, AuditPage, AuditScope } from "../page.ts";

/** What the tests set and see; they run in the Worker's own isolate. */
export const world = {
  /** Ahead of the runtime's own clock, so that no alarm runs by itself. */
  now: Date.now() + 365 * 86_400_000,
  asked: [] as AuditCursor[],
  page: (_: AuditCursor): AuditPage => ({ findings: [], counted: {}, next: null }),
  warnings: [] as string[],
};

/** An auditor over the world's pages and clock. */
export class TestAuditor extends Auditor<Cloudflare.Env> {
  protected override clock(): Clock {
    return () => world.now;
  }

  protected async page(_scope: AuditScope, cursor: AuditCursor): Promise<AuditPage> {
    world.asked.push(cursor);
    return world.page(cursor);
  }

  protected async mend(): Promise<boolean> {
    return true;
  }

  protected logger() {
    return { info() {}, error() {}, warn: (message: string) => void world.warnings.push(message) };
  }
}
