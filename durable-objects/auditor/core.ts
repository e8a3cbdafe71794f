import { newId } from "#shared/ids/id.ts";
import { describeError } from "#shared/observability/log.ts";
import { within } from "#shared/within.ts";
import {
  ANSWER_LIMIT_MS,
  DUE_AFTER_MS,
  MAX_FAILURES,
  MAX_PAGES,
  MAX_RUN_MS,
  MAX_RUNS,
  MENDS_A_TURN,
  pauseMs,
} from "./policy.ts";
import type { AuditorDeps, PlacedFinding, StoredRun } from "./ports.ts";
import { logEnd } from "./report.ts";
import type { AuditReport, AuditRequest, AuditRun } from "./rpc.ts";

/** The most findings that one answer has. */
const MAX_SHOWN = 200;

/**
 * Runs one audit at a time, a turn after the other: each turn looks at one page, or mends some of what was found, and
 * saves what came of it before the next. A crash in between repeats a turn, which does no harm.
 */
export class AuditorCore {
  readonly #deps: AuditorDeps;

  constructor(deps: AuditorDeps) {
    this.#deps = deps;
  }

  start(request: AuditRequest): { run: AuditRun; isNew: boolean } {
    const { store, clock } = this.#deps;
    const running = store.running();
    if (running) return { run: shown(running), isNew: false };
    const startedAt = clock();
    const run: StoredRun = {
      ...request,
      ...{ id: newId("audit", startedAt), state: "RUNNING", startedAt, endedAt: null },
      ...{ counted: {}, found: {}, repaired: 0, error: null },
      ...{ phase: "LOOKING", cursor: null, pages: 0, failures: 0 },
    };
    store.begin(run, MAX_RUNS);
    return { run: shown(run), isNew: true };
  }

  /** Whether the scheduled audit is due: none runs, and the last one began long enough ago. */
  get isDue(): boolean {
    const [last] = this.#deps.store.runs();
    return !last || (last.state !== "RUNNING" && this.#deps.clock() - last.startedAt >= DUE_AFTER_MS);
  }

  report(id: string, from: number, limit: number): AuditReport | null {
    const { store } = this.#deps;
    const run = store.run(id);
    if (!run) return null;
    const findings = store.findings(id, from, Math.min(limit, MAX_SHOWN));
    return { run: shown(run), findings, kept: store.kept(id) };
  }

  runs(): AuditRun[] {
    return this.#deps.store.runs().map(shown);
  }

  /** @returns after how many ms the next turn is due; null when no audit runs */
  async turn(): Promise<number | null> {
    const { store, clock } = this.#deps;
    const run = store.running();
    if (!run) return null;
    if (run.pages >= MAX_PAGES || clock() - run.startedAt > MAX_RUN_MS) {
      return this.#end({ ...run, state: "FAILED", error: `not at its end after ${run.pages} pages` });
    }
    return run.phase === "LOOKING" ? this.#look(run) : this.#mend(run);
  }

  async #look(run: StoredRun): Promise<number | null> {
    const { store, page: ask } = this.#deps;
    const { eventId, startedAt } = run;
    try {
      const page = await within(ANSWER_LIMIT_MS, ask({ eventId, startedAt }, run.cursor));
      const { findings, next } = page;
      const found = { ...run.found };
      for (const { check } of findings) found[check] = (found[check] ?? 0) + 1;
      const counted = { ...run.counted };
      for (const [what, many] of Object.entries(page.counted)) counted[what] = (counted[what] ?? 0) + many;
      const looked = { ...run, found, counted, cursor: next, pages: run.pages + 1, failures: 0 };
      store.advance({ ...looked, phase: next === null ? "MENDING" : "LOOKING" }, findings);
      return 0;
    } catch (error) {
      if (run.failures + 1 < MAX_FAILURES) return this.#pause(run, error);
      return this.#end({ ...run, state: "FAILED", error: describeError(error) });
    }
  }

  async #mend(run: StoredRun): Promise<number | null> {
    const left = run.repair ? this.#deps.store.toMend(run.id, MENDS_A_TURN) : [];
    if (left.length === 0) return this.#end({ ...run, state: "DONE" });
    let current = run;
    for (const finding of left) {
      try {
        current = await this.#mendOne(current, finding);
      } catch (error) {
        return this.#pause(current, error);
      }
    }
    return 0;
  }

  /** @throws what came of it, as long as it is worth another try */
  async #mendOne(run: StoredRun, finding: PlacedFinding): Promise<StoredRun> {
    const { store, mend, logger } = this.#deps;
    const { position, mended: _, ...found } = finding;
    let isMended = false;
    try {
      isMended = await within(ANSWER_LIMIT_MS, mend(found));
    } catch (error) {
      if (run.failures + 1 < MAX_FAILURES) throw error;
      // The others must not wait for one that cannot be mended.
      const { check, subject } = found;
      logger.warn("finding not mended", { auditId: run.id, check, subject, error: describeError(error) });
    }
    const tried = { ...run, failures: 0, repaired: run.repaired + (isMended ? 1 : 0) };
    store.mended(tried, position, isMended);
    return tried;
  }

  #pause(run: StoredRun, error: unknown): number {
    const { store, logger, random } = this.#deps;
    const failures = run.failures + 1;
    logger.warn("audit pauses", { auditId: run.id, failures, error: describeError(error) });
    store.advance({ ...run, failures }, []);
    return pauseMs(failures, random());
  }

  #end(run: StoredRun): null {
    const ended = { ...run, endedAt: this.#deps.clock() };
    this.#deps.store.advance(ended, []);
    logEnd(this.#deps, ended);
    return null;
  }
}

function shown({
  phase: _,
  cursor: _cursor,
  pages: _pages,
  failures: _failures,
  ...run
}: StoredRun): AuditRun {
  return run;
}
