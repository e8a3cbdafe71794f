import { pgTable, text, timestamp } from "drizzle-orm/pg-core";
import type { Role } from "#shared/auth/roles.ts";

export const account = pgTable("account", {
  id: text().primaryKey(),
  email: text().notNull(),
  name: text().notNull(),
  passwordHash: text("password_hash").notNull(),
  role: text().$type<Role>().notNull(),
  createdAt: timestamp("created_at", { withTimezone: true }).notNull(),
});

export const refreshToken = pgTable("refresh_token", {
  id: text().primaryKey(),
  familyId: text("family_id").notNull(),
  accountId: text("account_id").notNull(),
  tokenHash: text("token_hash").notNull(),
  issuedAt: timestamp("issued_at", { withTimezone: true }).notNull(),
  expiresAt: timestamp("expires_at", { withTimezone: true }).notNull(),
});

export type Account = typeof account.$inferSelect;
export type RefreshToken = typeof refreshToken.$inferSelect;
