import { and, eq } from "drizzle-orm";
import { answered, type Database, sqlState, UNIQUE_VIOLATION } from "#shared/postgres/database.ts";
import { insertMessage } from "#shared/postgres/outbox.ts";
import type { OutboxRow } from "#shared/postgres/relay.ts";
import type { OutgoingMessage } from "#shared/saga/envelope.ts";
import { revokeSessions } from "./revoke-sessions.ts";
import { type Account, account, identity, session } from "./schema.ts";

/** Who somebody is at a provider. */
export interface ProviderIdentity {
  provider: string;
  subject: string;
}

/** Accounts by their identities at providers. Every method throws Unavailable when Postgres does not answer. */
export interface Identities {
  accountOf(at: ProviderIdentity): Promise<Account | null>;
  /** Writes an account with its identity and its message. @returns null when one of them is there already */
  addAccount(added: Account, at: ProviderIdentity, message: OutgoingMessage): Promise<OutboxRow | null>;
  /**
   * Links an account that there is. Its password and its sessions end: nobody has proved that who made them owns the
   * address.
   * @returns the sessions that ended; null when the identity is linked already
   */
  link(accountId: string, at: ProviderIdentity, now: number): Promise<string[] | null>;
}

export function postgresIdentities(db: Database): Identities {
  return {
    async accountOf({ provider, subject }) {
      const isThatOne = and(eq(identity.provider, provider), eq(identity.subject, subject));
      const query = db
        .select({ account })
        .from(identity)
        .innerJoin(account, eq(account.id, identity.accountId));
      return (await answered(query.where(isThatOne)))[0]?.account ?? null;
    },

    addAccount(added, at, message) {
      return nullIfTaken(async () => {
        const [[row]] = await answered(
          db.batch([
            insertMessage(db, message, added.createdAt.getTime()),
            db.insert(account).values(added),
            db.insert(identity).values({ ...at, accountId: added.id, linkedAt: added.createdAt }),
          ]),
        );
        return row!;
      });
    },

    link(accountId, at, now) {
      return nullIfTaken(async () => {
        const [, , revoked] = await answered(
          db.batch([
            db.insert(identity).values({ ...at, accountId, linkedAt: new Date(now) }),
            db.update(account).set({ passwordHash: null }).where(eq(account.id, accountId)),
            revokeSessions(db, eq(session.accountId, accountId), "IDENTITY_LINKED", now),
          ]),
        );
        return revoked.map((row) => row.id);
      });
    },
  };
}

async function nullIfTaken<T>(write: () => Promise<T>): Promise<T | null> {
  try {
    return await write();
  } catch (error) {
    if (sqlState(error) === UNIQUE_VIOLATION) return null;
    throw error;
  }
}
