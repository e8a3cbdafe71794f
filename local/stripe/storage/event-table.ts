import type { DatabaseSync, SQLInputValue } from "node:sqlite";
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
  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  insert(event: { id: string; created: number; type: string; payload: string }, nowMs: number): void {
    this.#db
      .prepare(
        "INSERT INTO events (id, created, type, payload, delivery, next_attempt_at_ms) VALUES (?, ?, ?, ?, 'pending', ?)",
      )
      .run(event.id, event.created, event.type, event.payload, nowMs);
  }

  find(id: string): StoredEvent | null {
    const row = this.#db.prepare("SELECT * FROM events WHERE id = ?").get(id);
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
    const rows = this.#db
      .prepare(
        "SELECT * FROM events WHERE delivery = 'pending' AND next_attempt_at_ms <= ? ORDER BY next_attempt_at_ms, seq LIMIT ?",
      )
      .all(nowMs, limit);
    return rows as unknown as StoredEvent[];
  }

  pendingCount(): number {
    const row = this.#db.prepare("SELECT count(*) AS n FROM events WHERE delivery = 'pending'").get();
    return Number(row?.n ?? 0);
  }

  markDelivered(id: string): void {
    this.#db
      .prepare("UPDATE events SET delivery = 'delivered', attempts = attempts + 1 WHERE id = ?")
      .run(id);
  }

  /** `nextAttemptAtMs` null gives the event up. */
  markFailed(id: string, nextAttemptAtMs: number | null): void {
    this.#db
      .prepare("UPDATE events SET delivery = ?, attempts = attempts + 1, next_attempt_at_ms = ? WHERE id = ?")
      .run(nextAttemptAtMs === null ? "given_up" : "pending", nextAttemptAtMs ?? 0, id);
  }

  /** Forgets what Stripe would no longer show, unless it still waits for delivery. */
  prune(nowMs: number): void {
    this.#db
      .prepare("DELETE FROM events WHERE delivery <> 'pending' AND created < ?")
      .run(Math.floor(nowMs / 1000) - RETENTION_SECONDS);
  }
}
