import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import { type Page, type PageQuery, pageStatement, toPage } from "./object-table.ts";

/** Stripe shows events for 30 days: https://docs.stripe.com/api/events */
const RETENTION_SECONDS = 30 * 24 * 60 * 60;

export interface StoredEvent {
  id: string;
  created: number;
  type: string;
  /** The JSON text that is sent and signed, without `pending_webhooks`. */
  payload: string;
  delivery: "pending" | "delivered" | "given_up";
  attempts: number;
}

/** What happened, and what of it the webhook receiver has yet to acknowledge. */
export class EventTable {
  readonly #db: DatabaseSync;
  readonly #isWanted: (type: string) => boolean;
  readonly #insert: StatementSync;
  readonly #one: StatementSync;
  readonly #deliverable: StatementSync;
  readonly #pending: StatementSync;
  readonly #delivered: StatementSync;
  readonly #failed: StatementSync;
  readonly #prune: StatementSync;

  /** @param isWanted whether the receiver is told of a type; of any other there is nothing to deliver */
  constructor(db: DatabaseSync, isWanted: (type: string) => boolean) {
    this.#db = db;
    this.#isWanted = isWanted;
    this.#insert = db.prepare(
      "INSERT INTO events (id, created, type, payload, delivery, next_attempt_at_ms) VALUES (?, ?, ?, ?, ?, ?)",
    );
    this.#one = db.prepare("SELECT * FROM events WHERE id = ?");
    this.#deliverable = db.prepare(
      "SELECT * FROM events WHERE delivery = 'pending' AND next_attempt_at_ms <= ? ORDER BY next_attempt_at_ms, seq LIMIT ?",
    );
    this.#pending = db.prepare("SELECT count(*) AS n FROM events WHERE delivery = 'pending'");
    this.#delivered = db.prepare(
      "UPDATE events SET delivery = 'delivered', attempts = attempts + 1 WHERE id = ?",
    );
    this.#failed = db.prepare(
      "UPDATE events SET delivery = ?, attempts = attempts + 1, next_attempt_at_ms = ? WHERE id = ?",
    );
    this.#prune = db.prepare("DELETE FROM events WHERE delivery <> 'pending' AND created < ?");
  }

  insert(event: { id: string; created: number; type: string; payload: string }, nowMs: number): void {
    const delivery = this.#isWanted(event.type) ? "pending" : "delivered";
    this.#insert.run(event.id, event.created, event.type, event.payload, delivery, nowMs);
  }

  find(id: string): StoredEvent | null {
    const row = this.#one.get(id);
    return row ? (row as unknown as StoredEvent) : null;
  }

  page(
    query: PageQuery & { types?: string[] | undefined; delivered?: boolean | undefined },
  ): Page<StoredEvent> {
    const conditions: Array<readonly [string, ...SQLInputValue[]]> = [];
    if (query.types) conditions.push([`type IN (${query.types.map(() => "?").join(", ")})`, ...query.types]);
    if (query.delivered !== undefined)
      conditions.push([`delivery ${query.delivered ? "=" : "<>"} ?`, "delivered"]);
    const { sql, values } = pageStatement("events", query, conditions);
    const rows = this.#db.prepare(sql).all(...values);
    return toPage(rows as unknown as StoredEvent[], query);
  }

  /** Undelivered events whose next attempt is due, the oldest first. */
  deliverable(nowMs: number, limit: number): StoredEvent[] {
    return this.#deliverable.all(nowMs, limit) as unknown as StoredEvent[];
  }

  pendingCount(): number {
    return Number(this.#pending.get()?.n ?? 0);
  }

  markDelivered(id: string): void {
    this.#delivered.run(id);
  }

  /** `nextAttemptAtMs` null gives the event up. */
  markFailed(id: string, nextAttemptAtMs: number | null): void {
    this.#failed.run(nextAttemptAtMs === null ? "given_up" : "pending", nextAttemptAtMs ?? 0, id);
  }

  /** Forgets what Stripe would no longer show, unless it still waits for delivery. */
  prune(nowMs: number): void {
    this.#prune.run(Math.floor(nowMs / 1000) - RETENTION_SECONDS);
  }
}
