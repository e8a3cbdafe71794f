import { pgTable, text, timestamp } from "drizzle-orm/pg-core";
import type { Role } from "#shared/auth/roles.ts";

const instant = (name: string) => timestamp(name, { withTimezone: true });

export const account = pgTable("account", {
  id: text().primaryKey(),
  email: text().notNull(),
  name: text().notNull(),
  /** Null where one signs in through a provider alone. */
  passwordHash: text("password_hash"),
  role: text().$type<Role>().notNull(),
  createdAt: instant("created_at").notNull(),
});

export const session = pgTable("session", {
  id: text().primaryKey(),
  accountId: text("account_id").notNull(),
  startedAt: instant("started_at").notNull(),
  endsAt: instant("ends_at").notNull(),
  revokedAt: instant("revoked_at"),
  revokedBecause: text("revoked_because").$type<RevocationReason>(),
  copiedAt: instant("copied_at"),
});

export const refreshToken = pgTable("refresh_token", {
  id: text().primaryKey(),
  familyId: text("family_id").notNull(),
  accountId: text("account_id").notNull(),
  tokenHash: text("token_hash").notNull(),
  issuedAt: instant("issued_at").notNull(),
  expiresAt: instant("expires_at").notNull(),
  usedAt: instant("used_at"),
});

export const identity = pgTable("identity", {
  provider: text().notNull(),
  subject: text().notNull(),
  accountId: text("account_id").notNull(),
  linkedAt: instant("linked_at").notNull(),
});

export type Account = typeof account.$inferSelect;

export type RevocationReason =
  | "LOGOUT"
  | "TOKEN_REUSED"
  | "PASSWORD_CHANGED"
  | "ROLE_CHANGED"
  | "IDENTITY_LINKED";
