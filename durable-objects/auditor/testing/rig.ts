import { DatabaseSync } from "node:sqlite";
import { Unavailable } from "#shared/errors/problem.ts";
import type { LogFields } from "#shared/observability/log.ts";
import { nodeSqlite } from "../../seat-map/testing/node-sqlite.ts";
import { AuditorCore } from "../core.ts";
import type { AuditPage, AuditScope, Finding } from "../page.ts";
import { sqliteAuditStore } from "../sqlite-store.ts";

const LAST: AuditPage = { findings: [], counted: {}, next: null };

/** More turns than any of the tests' audits takes. */
const MAX_TURNS = 200;

/** An auditor over a real SQLite, whose pages and mends a test sets. */
export function auditorRig() {
  const storage = nodeSqlite(new DatabaseSync(":memory:"));
  const world = {
    now: 1_000_000,
    /** What each page answers, by its cursor; `first` is the one at the beginning. */
    pages: { first: LAST } as Record<string, AuditPage>,
    mend: async (_: Finding): Promise<boolean> => true,
    isDown: false,
    asked: [] as { scope: AuditScope; cursor: string | null }[],
    mended: [] as string[],
    lines: [] as { level: string; message: string; fields: LogFields }[],
  };
  const line =
    (level: string) =>
    (message: string, fields: LogFields = {}) =>
      void world.lines.push({ level, message, fields });
  const newCore = () =>
    new AuditorCore({
      store: sqliteAuditStore(storage),
      async page(scope, cursor) {
        world.asked.push({ scope, cursor });
        if (world.isDown) throw new Unavailable("a service");
        return world.pages[cursor ?? "first"]!;
      },
      async mend(found) {
        if (world.isDown) throw new Unavailable("a service");
        world.mended.push(found.subject);
        return world.mend(found);
      },
      clock: () => world.now,
      random: () => 0,
      logger: { info: line("info"), warn: line("warn"), error: line("error") },
    });
  const rig = {
    world,
    storage,
    core: newCore(),
    /** What a crash or an eviction leaves: the storage. */
    restart() {
      rig.core = newCore();
    },
    /** Turns until nothing runs. @returns how many, and the pauses between them */
    async finish(): Promise<number[]> {
      const pauses: number[] = [];
      for (let rest = await rig.core.turn(); rest !== null; rest = await rig.core.turn()) {
        pauses.push(rest);
        if (pauses.length > MAX_TURNS) throw new Error("the audit does not end");
        world.now += rest;
      }
      return pauses;
    },
    linesOf: (level: string) => world.lines.filter((one) => one.level === level),
  };
  return rig;
}
