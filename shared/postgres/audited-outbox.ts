import { asc, count, inArray, sql } from "drizzle-orm";
import type { OutboxFacts, UnsentFacts } from "../rpc/audit/outbox.ts";
import { answered, type Database } from "./database.ts";
import { CLAIM_MS, outbox } from "./outbox.ts";
import { type OutboxRow, relay } from "./relay.ts";

/** The most keys that are told, or sent for, at once; and the most messages that are sent. */
const MAX_KEYS = 100;
const MAX_ROWS = 500;

/** The envelope's own time, out of its text: a row that is no envelope has none, and is as old as can be. */
const written = sql<string | null>`min(substring(${outbox.value} from '"occurredAt":"([^"]+)"'))`;

/** What an auditor reads of an outbox, and how it gets it moving. Every method throws Unavailable. */
export interface AuditedOutbox {
  facts(): Promise<OutboxFacts>;
  /** How many messages wait for each of these keys; a key without any is left out. */
  waiting(keys: string[]): Promise<Map<string, UnsentFacts & { unsent: number }>>;
  /** Claims what waits for these keys, also what somebody else has claimed. */
  takeOver(keys: string[], now: number): Promise<OutboxRow[]>;
}

export function auditedOutbox(db: Database): AuditedOutbox {
  const grouped = { key: outbox.key, unsent: count(), since: written };
  return {
    async facts() {
      const [[counted], oldest] = await answered(
        db.batch([
          db.select({ unsent: count() }).from(outbox),
          db.select(grouped).from(outbox).groupBy(outbox.key).orderBy(asc(written)).limit(MAX_KEYS),
        ]),
      );
      return { unsent: counted?.unsent ?? 0, oldest: oldest.map(toFacts) };
    },
    async waiting(keys) {
      if (keys.length === 0) return new Map();
      const query = db.select(grouped).from(outbox).where(inArray(outbox.key, keys)).groupBy(outbox.key);
      const rows = await answered(query);
      return new Map(rows.map((row) => [row.key, { ...toFacts(row), unsent: row.unsent }]));
    },
    async takeOver(keys, now) {
      if (keys.length === 0) return [];
      const theirs = db
        .select({ id: outbox.id })
        .from(outbox)
        .where(inArray(outbox.key, keys.slice(0, MAX_KEYS)))
        .orderBy(asc(outbox.id))
        .limit(MAX_ROWS);
      const claim = db
        .update(outbox)
        .set({ claimedUntil: new Date(now + CLAIM_MS) })
        .where(inArray(outbox.id, theirs))
        .returning();
      return (await answered(claim)).sort((a, b) => a.id - b.id);
    },
  };
}

const toFacts = ({ key, since }: { key: string; since: string | null }): UnsentFacts => ({
  key,
  since: since === null ? 0 : Date.parse(since) || 0,
});

/** Sends what waits for these keys. @returns how many messages were sent */
export async function relayKeys(
  deps: Parameters<typeof relay>[0] & { audited: AuditedOutbox; clock: () => number },
  keys: string[],
): Promise<number> {
  const rows = await deps.audited.takeOver(keys, deps.clock());
  await relay(deps, rows);
  return rows.length;
}
