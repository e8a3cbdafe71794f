import { and, eq, ne, type SQL, sql } from "drizzle-orm";
import type { Role } from "#shared/auth/roles.ts";
import {
  answered,
  type Database,
  pingPostgres,
  sqlState,
  UNIQUE_VIOLATION,
} from "#shared/postgres/database.ts";
import { insertMessage } from "#shared/postgres/outbox.ts";
import type { OutboxRow } from "#shared/postgres/relay.ts";
import type { OutgoingMessage } from "#shared/saga/envelope.ts";
import { revokeSessions } from "./revoke-sessions.ts";
import { type Account, account, session } from "./schema.ts";

/** Accounts. Every method throws Unavailable when Postgres does not answer. */
export interface Accounts {
  /** Writes an account and its message in one transaction. @returns null when the email has an account already */
  add(added: Account, message: OutgoingMessage): Promise<OutboxRow | null>;
  byEmail(email: string): Promise<Account | null>;
  byId(id: string): Promise<Account | null>;
  /** @returns the account afterwards; null when there is none */
  rename(id: string, name: string): Promise<Account | null>;
  /**
   * Sets a password and revokes every session but `keep`, in one transaction.
   * @returns the revoked sessions; null when the password is not `from` any more
   */
  changePassword(id: string, change: PasswordChange): Promise<string[] | null>;
  /** Sets a role and revokes every session, in one transaction. @returns the revoked sessions */
  changeRole(id: string, role: Role, now: number): Promise<string[]>;
  ping(): Promise<void>;
}

interface PasswordChange {
  from: string;
  to: string;
  keepSessionId: string;
  now: number;
}

export function postgresAccounts(db: Database): Accounts {
  const one = async (filter: SQL) => (await answered(db.select().from(account).where(filter)))[0] ?? null;
  return {
    async add(added, message) {
      try {
        const outbox = insertMessage(db, message, added.createdAt.getTime());
        const [[row]] = await answered(db.batch([outbox, db.insert(account).values(added)]));
        return row!;
      } catch (error) {
        if (sqlState(error) === UNIQUE_VIOLATION) return null;
        throw error;
      }
    },

    byEmail: (email) => one(eq(account.email, email)),
    byId: (id) => one(eq(account.id, id)),

    async rename(id, name) {
      const [renamed] = await answered(
        db.update(account).set({ name }).where(eq(account.id, id)).returning(),
      );
      return renamed ?? null;
    },

    async changePassword(id, { from, to, keepSessionId, now }) {
      const isMine = and(eq(account.id, id), eq(account.passwordHash, from));
      // The salt makes the new hash this change's own: only then are the others' sessions its to end.
      const isChanged = sql`exists (select from account where id = ${id} and password_hash = ${to})`;
      const [changed, revoked] = await answered(
        db.batch([
          db.update(account).set({ passwordHash: to }).where(isMine).returning({ id: account.id }),
          revokeSessions(
            db,
            and(eq(session.accountId, id), ne(session.id, keepSessionId), isChanged),
            "PASSWORD_CHANGED",
            now,
          ),
        ]),
      );
      return changed.length === 0 ? null : revoked.map((row) => row.id);
    },

    async changeRole(id, role, now) {
      const [, revoked] = await answered(
        db.batch([
          db.update(account).set({ role }).where(eq(account.id, id)),
          revokeSessions(db, eq(session.accountId, id), "ROLE_CHANGED", now),
        ]),
      );
      return revoked.map((row) => row.id);
    },

    ping: () => pingPostgres(db),
  };
}
