import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** What is known of a mail without reading it. */
export interface MailSummary {
  id: number;
  /** ISO 8601. */
  receivedAt: string;
  /** The envelope: who sent it, and to whom it went, in lower case. */
  from: string;
  to: string[];
  subject: string;
  /** The Message-ID header, or null. */
  messageId: string | null;
  sizeBytes: number;
}

export interface Mail extends MailSummary {
  raw: Uint8Array;
}

export interface MailFilter {
  /** One recipient's address. */
  to?: string | undefined;
  /** Only later ones than this id, and then the oldest first: for a reader that goes on where it was. */
  after?: number | undefined;
  limit: number;
}

/** Mails are kept across restarts, the newest of them: a catcher is no archive. */
const MAX_MAILS = 2_000;
/** The largest mail, in bytes. */
export const MAX_MAIL_BYTES = 2_000_000;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS mail (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    received_at TEXT NOT NULL,
    sender TEXT NOT NULL,
    recipients TEXT NOT NULL,
    subject TEXT NOT NULL,
    message_id TEXT,
    raw BLOB NOT NULL
  );
`;

const SUMMARY = "id, received_at, sender, recipients, subject, message_id, length(raw) AS size";

export interface MailStore {
  /** Durable when it returns. @returns the mail's id */
  add(mail: Omit<Mail, "id" | "sizeBytes">): number;
  find(id: number): Mail | null;
  /** The newest first, or those after an id, the oldest first. */
  list(filter: MailFilter): MailSummary[];
  count(): number;
  clear(): void;
  close(): void;
}

/** Opens (and on first use creates) the store in `dataDir`; the newest `maxMails` are kept. */
export function openStore(dataDir: string, maxMails = MAX_MAILS): MailStore {
  mkdirSync(dataDir, { recursive: true });
  const db = new DatabaseSync(join(dataDir, "mail.sqlite"));
  db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 2000;");
  db.exec(SCHEMA);
  const insert = db.prepare(
    "INSERT INTO mail (received_at, sender, recipients, subject, message_id, raw) VALUES (?, ?, ?, ?, ?, ?)",
  );
  const trim = db.prepare("DELETE FROM mail WHERE id <= ?");
  const one = db.prepare(`SELECT ${SUMMARY}, raw FROM mail WHERE id = ?`);
  const listed = (order: "ASC" | "DESC") =>
    db.prepare(
      `SELECT ${SUMMARY} FROM mail
       WHERE id > ? AND (? IS NULL OR EXISTS (SELECT 1 FROM json_each(recipients) WHERE value = ?))
       ORDER BY id ${order} LIMIT ?`,
    );
  const [newest, next] = [listed("DESC"), listed("ASC")];
  const total = db.prepare("SELECT count(*) AS total FROM mail");
  return {
    add({ receivedAt, from, to, subject, messageId, raw }) {
      const added = insert.run(receivedAt, from, JSON.stringify(to), subject, messageId, raw);
      const id = Number(added.lastInsertRowid);
      trim.run(id - maxMails);
      return id;
    },
    find(id) {
      const row = one.get(id) as (Row & { raw: Uint8Array }) | undefined;
      return row ? { ...summaryOf(row), raw: row.raw } : null;
    },
    list({ to, after, limit }) {
      const address = to?.toLowerCase() ?? null;
      const statement = after === undefined ? newest : next;
      return (statement.all(after ?? 0, address, address, limit) as unknown as Row[]).map(summaryOf);
    },
    count: () => Number((total.get() as { total: number }).total),
    clear: () => db.exec("DELETE FROM mail"),
    close: () => db.close(),
  };
}

interface Row {
  id: number;
  received_at: string;
  sender: string;
  recipients: string;
  subject: string;
  message_id: string | null;
  size: number;
}

function summaryOf(row: Row): MailSummary {
  return {
    id: row.id,
    receivedAt: row.received_at,
    from: row.sender,
    to: JSON.parse(row.recipients) as string[],
    subject: row.subject,
    messageId: row.message_id,
    sizeBytes: row.size,
  };
}
