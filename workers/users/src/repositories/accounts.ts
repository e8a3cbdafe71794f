import { eq, sql } from "drizzle-orm";
import { answered, type Database, sqlState, UNIQUE_VIOLATION } from "#shared/postgres/database.ts";
import { type Account, account, type RefreshToken, refreshToken } from "./schema.ts";

/** Accounts and their refresh tokens. Every method throws Unavailable when Postgres does not answer. */
export interface Accounts {
  /** @returns false when the email has an account already */
  add(added: Account): Promise<boolean>;
  byEmail(email: string): Promise<Account | null>;
  byId(id: string): Promise<Account | null>;
  addRefreshToken(token: RefreshToken): Promise<void>;
  ping(): Promise<void>;
}

export function postgresAccounts(db: Database): Accounts {
  return {
    async add(added) {
      try {
        await answered(db.insert(account).values(added));
        return true;
      } catch (error) {
        if (sqlState(error) === UNIQUE_VIOLATION) return false;
        throw error;
      }
    },
    async byEmail(email) {
      const [found] = await answered(db.select().from(account).where(eq(account.email, email)));
      return found ?? null;
    },
    async byId(id) {
      const [found] = await answered(db.select().from(account).where(eq(account.id, id)));
      return found ?? null;
    },
    async addRefreshToken(token) {
      await answered(db.insert(refreshToken).values(token));
    },
    async ping() {
      await answered(db.execute(sql`select 1`));
    },
  };
}
