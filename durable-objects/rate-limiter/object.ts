import { DurableObject } from "cloudflare:workers";
import { systemClock } from "#shared/clock.ts";
import { migrate } from "../sqlite/migrate.ts";
import { Buckets, type Limit, type Taken } from "./core.ts";
import type { RateLimiterRpc } from "./rpc.ts";
import { RATE_LIMITER_SCHEMA } from "./schema.ts";

/**
 * How long a change waits to be written: a write for each request would cost a disk's round trip for each. A crash
 * within it gives back the tokens of that time, and no more.
 */
const WRITE_AFTER_MS = 1_000;

/** One shard of the token buckets: in memory while it is awake, in its SQLite while it sleeps. */
export class RateLimiter extends DurableObject implements RateLimiterRpc {
  readonly #buckets = new Buckets();
  readonly #unwritten = new Set<string>();
  readonly #sql: SqlStorage;

  constructor(ctx: DurableObjectState, env: unknown) {
    super(ctx, env as never);
    this.#sql = ctx.storage.sql;
    migrate(ctx.storage, RATE_LIMITER_SCHEMA);
  }

  async take(key: string, limit: Limit): Promise<Taken> {
    const stored = this.#buckets.knows(key) ? undefined : this.#stored(key);
    const taken = this.#buckets.take(key, limit, systemClock(), stored);
    if (taken.ok) this.#writeSoon(key);
    return taken;
  }

  #stored(key: string): number | undefined {
    const [row] = this.#sql.exec<{ full_at: number }>("select full_at from bucket where key = ?", key);
    return row?.full_at;
  }

  #writeSoon(key: string): void {
    if (this.#unwritten.size === 0) setTimeout(() => this.#write(), WRITE_AFTER_MS);
    this.#unwritten.add(key);
  }

  /** One turn, so one transaction. Full buckets are forgotten here too: the table holds those in use. */
  #write(): void {
    const now = systemClock();
    for (const key of this.#unwritten) {
      const fullAt = Math.ceil(this.#buckets.fullAt(key) ?? now);
      this.#sql.exec("insert or replace into bucket (key, full_at) values (?, ?)", key, fullAt);
    }
    this.#unwritten.clear();
    this.#buckets.forgetFull(now);
    this.#sql.exec("delete from bucket where full_at <= ?", now);
  }
}
