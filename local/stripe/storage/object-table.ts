import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";

export type Kind = "payment_intent" | "charge" | "refund" | "payment_method" | "checkout_session" | "dispute";

/** What of a record is indexed. `dueAtMs`: when it changes by itself, epoch ms. */
export interface Links {
  paymentIntent?: string | null;
  charge?: string;
  dueAtMs?: number | null;
}

/** Bounds on `created`, epoch seconds. */
export interface CreatedRange {
  gt?: number | undefined;
  gte?: number | undefined;
  lt?: number | undefined;
  lte?: number | undefined;
}

/** A page of a list, newest first. The cursors are ids that exist. */
export interface PageQuery {
  limit: number;
  startingAfter?: string | undefined;
  endingBefore?: string | undefined;
  created?: CreatedRange | undefined;
}

/** What a list may be narrowed to, besides its page. */
interface Filters {
  paymentIntent?: string | undefined;
  charge?: string | undefined;
  status?: string | undefined;
}

export interface Page<T> {
  items: T[];
  hasMore: boolean;
}

/** Builds the one statement that every list uses; `conditions` are further column tests. */
export function pageStatement(
  table: string,
  query: PageQuery,
  conditions: ReadonlyArray<readonly [sql: string, ...values: SQLInputValue[]]>,
): { sql: string; values: SQLInputValue[] } {
  const where: string[] = [];
  const values: SQLInputValue[] = [];
  const add = (sql: string, ...more: SQLInputValue[]) => {
    where.push(sql);
    values.push(...more);
  };
  for (const [sql, ...more] of conditions) add(sql, ...more);
  const comparisons = { gt: ">", gte: ">=", lt: "<", lte: "<=" } as const;
  for (const [name, operator] of Object.entries(comparisons)) {
    const bound = query.created?.[name as keyof CreatedRange];
    if (bound !== undefined) add(`created ${operator} ?`, bound);
  }
  if (query.startingAfter) add(`seq < (SELECT seq FROM ${table} WHERE id = ?)`, query.startingAfter);
  if (query.endingBefore) add(`seq > (SELECT seq FROM ${table} WHERE id = ?)`, query.endingBefore);
  const filter = where.length > 0 ? `WHERE ${where.join(" AND ")}` : "";
  const order = query.endingBefore ? "ASC" : "DESC";
  return {
    sql: `SELECT * FROM ${table} ${filter} ORDER BY seq ${order} LIMIT ?`,
    values: [...values, query.limit + 1],
  };
}

/** Cuts the extra row that tells whether there is more, and puts the newest first. */
export function toPage<T>(rows: T[], query: PageQuery): Page<T> {
  const items = rows.slice(0, query.limit);
  return { items: query.endingBefore ? items.reverse() : items, hasMore: rows.length > query.limit };
}

/** The records of one kind. */
export class ObjectTable<R extends { id: string; created: number }> {
  readonly #db: DatabaseSync;
  readonly #kind: Kind;
  readonly #links: (record: R) => Links;
  readonly #insert: StatementSync;
  readonly #update: StatementSync;
  readonly #one: StatementSync;
  readonly #due: StatementSync;

  constructor(db: DatabaseSync, kind: Kind, links: (record: R) => Links) {
    this.#db = db;
    this.#kind = kind;
    this.#links = links;
    this.#insert = db.prepare(
      "INSERT INTO objects (kind, id, created, payment_intent, charge, due_at, doc) VALUES (?, ?, ?, ?, ?, ?, ?)",
    );
    this.#update = db.prepare(
      "UPDATE objects SET doc = ?, payment_intent = ?, due_at = ? WHERE id = ? AND kind = ?",
    );
    this.#one = db.prepare("SELECT doc FROM objects WHERE id = ? AND kind = ?");
    this.#due = db.prepare("SELECT doc FROM objects WHERE due_at <= ? AND kind = ? ORDER BY due_at LIMIT ?");
  }

  insert(record: R): void {
    const { paymentIntent = null, charge = null, dueAtMs = null } = this.#links(record);
    const doc = JSON.stringify(record);
    this.#insert.run(this.#kind, record.id, record.created, paymentIntent, charge, dueAtMs, doc);
  }

  update(record: R): void {
    const { paymentIntent = null, dueAtMs = null } = this.#links(record);
    this.#update.run(JSON.stringify(record), paymentIntent, dueAtMs, record.id, this.#kind);
  }

  find(id: string): R | null {
    const row = this.#one.get(id, this.#kind);
    return row ? (JSON.parse(String(row.doc)) as R) : null;
  }

  page(query: PageQuery & Filters): Page<R> {
    const conditions: Array<readonly [string, SQLInputValue]> = [["kind = ?", this.#kind]];
    if (query.paymentIntent) conditions.push(["payment_intent = ?", query.paymentIntent]);
    if (query.charge) conditions.push(["charge = ?", query.charge]);
    if (query.status) conditions.push(["json_extract(doc, '$.status') = ?", query.status]);
    const { sql, values } = pageStatement("objects", query, conditions);
    const rows = this.#db.prepare(sql).all(...values);
    return toPage(
      rows.map((row) => JSON.parse(String(row.doc)) as R),
      query,
    );
  }

  /** Records whose own time has come, the earliest first. */
  due(nowMs: number, limit: number): R[] {
    return this.#due.all(nowMs, this.#kind, limit).map((row) => JSON.parse(String(row.doc)) as R);
  }
}
