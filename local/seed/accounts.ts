import { Client } from "pg";
import { hashPassword } from "#shared/auth/password.ts";
import type { Role } from "#shared/auth/roles.ts";
import { newId } from "#shared/ids/id.ts";
import { type Config, HOST } from "../config.ts";
import { platformSecrets } from "../parts/secrets.ts";

export interface SeedAccount {
  email: string;
  password: string;
  name: string;
  role: Role;
}

/** The accounts that every developer's platform has, and no other does. */
export const ACCOUNTS = {
  buyer: { email: "test@ticketflow.dev", password: "Test1234!", name: "Test Buyer", role: "USER" },
  organiser: {
    email: "organiser@ticketflow.dev",
    password: "Organiser1234!",
    name: "Test Organiser",
    role: "ORGANISER",
  },
  admin: { email: "admin@ticketflow.dev", password: "Admin1234!", name: "Test Admin", role: "ADMIN" },
  gate: { email: "gate@ticketflow.dev", password: "Gate1234!", name: "Test Gate", role: "GATE" },
} as const satisfies Record<string, SeedAccount>;

/**
 * Straight into the database of users: an organiser or an admin cannot be made through the public API alone.
 * @returns how many were absent
 */
export async function seedAccounts(config: Config): Promise<number> {
  const password = platformSecrets(config.dataDir).postgres.users;
  const client = new Client({
    host: HOST,
    port: config.ports.postgres,
    user: "users",
    database: "users",
    password,
  });
  await client.connect();
  try {
    const known = await client.query<{ email: string }>("select email from account");
    const emails = new Set(known.rows.map((row) => row.email));
    const missing = Object.values(ACCOUNTS).filter((account) => !emails.has(account.email));
    await Promise.all(
      missing.map(async (account) => insert(client, account, await hashPassword(account.password))),
    );
    return missing.length;
  } finally {
    await client.end();
  }
}

async function insert(client: Client, account: SeedAccount, hash: string): Promise<void> {
  const now = Date.now();
  await client.query(
    `insert into account (id, email, name, password_hash, role, created_at) values ($1, $2, $3, $4, $5, $6)
     on conflict (email) do nothing`,
    [newId("usr", now), account.email, account.name, hash, account.role, new Date(now)],
  );
}
