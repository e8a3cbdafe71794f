import { and, asc, eq, inArray, isNotNull, isNull, lt, sql } from "drizzle-orm";
import { answered, type Database } from "#shared/postgres/database.ts";
import { revokeSessions } from "./revoke-sessions.ts";
import { type NewRefreshToken, rotate } from "./rotate.ts";
import { type Account, refreshToken, session } from "./schema.ts";

/** What became of a refresh token that somebody showed. */
export type Rotation =
  | { outcome: "ROTATED"; sessionId: string; accountId: string }
  /** It had been used before: its session was revoked, unless it was already. */
  | { outcome: "REUSED"; sessionId: string }
  /** Unknown, expired, or of a session that is over. */
  | { outcome: "REFUSED" };

/** Sessions and their refresh tokens. Every method throws Unavailable when Postgres does not answer. */
export interface Sessions {
  /**
   * Begins a session of an account, unless its password or role has changed since it was read: whoever changes
   * them ends the sessions that there are, and this one would come after.
   * @returns whether it began
   */
  begin(sessionId: string, account: Account, token: NewRefreshToken): Promise<boolean>;
  /** Trades a refresh token for the next of its session, once. */
  rotate(shownHash: string, next: NewRefreshToken): Promise<Rotation>;
  /** Ends a session. @returns whether it was there and not over */
  end(sessionId: string, now: number): Promise<boolean>;
  isRevoked(sessionId: string): Promise<boolean>;
  /** Revoked sessions that the fast copy does not have, the oldest first. */
  uncopied(limit: number): Promise<string[]>;
  copied(sessionIds: string[], now: number): Promise<void>;
  /** Forgets refresh tokens that expired before `now`, and sessions that ended before `sessionsBefore`. */
  forget(now: number, sessionsBefore: number): Promise<void>;
}

export function postgresSessions(db: Database): Sessions {
  return {
    async begin(sessionId, account, token) {
      const [issuedAt, expiresAt] = [new Date(token.issuedAt), new Date(token.expiresAt)];
      const [begun] = await answered(
        db.batch([
          db.execute(sql`
            insert into session (id, account_id, started_at, ends_at)
            select ${sessionId}, id, ${issuedAt}::timestamptz, ${expiresAt}::timestamptz from account
            where id = ${account.id} and role = ${account.role}
              and password_hash is not distinct from ${account.passwordHash}
            for share returning id`),
          db.execute(sql`
            insert into refresh_token (id, family_id, account_id, token_hash, issued_at, expires_at)
            select ${token.id}, id, account_id, ${token.hash}, started_at, ends_at from session where id = ${sessionId}`),
        ]),
      );
      return begun.rows.length === 1;
    },

    async rotate(shownHash, next) {
      const { rows } = await answered(db.execute(rotate(shownHash, next)));
      const [found] = rows as unknown as RotatedRow[];
      if (!found) return { outcome: "REFUSED" };
      const { session_id: sessionId, account_id: accountId } = found;
      if (found.is_rotated) return { outcome: "ROTATED", sessionId, accountId };
      return found.was_used ? { outcome: "REUSED", sessionId } : { outcome: "REFUSED" };
    },

    async end(sessionId, now) {
      const ended = await answered(revokeSessions(db, eq(session.id, sessionId), "LOGOUT", now));
      return ended.length === 1;
    },

    async isRevoked(sessionId) {
      const isThatOne = and(eq(session.id, sessionId), isNotNull(session.revokedAt));
      return (await answered(db.select({ id: session.id }).from(session).where(isThatOne))).length > 0;
    },

    async uncopied(limit) {
      const query = db
        .select({ id: session.id })
        .from(session)
        .where(and(isNotNull(session.revokedAt), isNull(session.copiedAt)));
      return (await answered(query.orderBy(asc(session.revokedAt)).limit(limit))).map(({ id }) => id);
    },

    async copied(sessionIds, now) {
      if (sessionIds.length === 0) return;
      const isOne = inArray(session.id, sessionIds);
      await answered(
        db
          .update(session)
          .set({ copiedAt: new Date(now) })
          .where(isOne),
      );
    },

    async forget(now, sessionsBefore) {
      await answered(
        db.batch([
          db.delete(refreshToken).where(lt(refreshToken.expiresAt, new Date(now))),
          db.delete(session).where(lt(session.endsAt, new Date(sessionsBefore))),
        ]),
      );
    },
  };
}

interface RotatedRow {
  session_id: string;
  account_id: string;
  was_used: boolean;
  is_rotated: boolean;
}
