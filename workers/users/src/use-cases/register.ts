import type { z } from "@hono/zod-openapi";
import { hashPassword } from "#shared/auth/password.ts";
import type { registration } from "#shared/contracts/users.ts";
import { Problem } from "#shared/errors/problem.ts";
import { newId } from "#shared/ids/id.ts";
import type { OutboxRow } from "#shared/postgres/relay.ts";
import type { Account } from "../repositories/schema.ts";
import type { UsersDeps } from "./deps.ts";
import { welcomeOf } from "./welcome.ts";

export interface Registered {
  account: Account;
  /** What is to be sent now. */
  outbox: OutboxRow[];
}

/**
 * Creates an account with the role USER, and its message in the same transaction.
 * @throws Problem EMAIL_ALREADY_EXISTS
 */
export async function register(
  deps: UsersDeps,
  input: z.infer<typeof registration>,
  traceparent: string,
): Promise<Registered> {
  const now = deps.clock();
  const account: Account = {
    id: newId("usr", now),
    email: input.email.toLowerCase(),
    name: input.name,
    passwordHash: await hashPassword(input.password),
    role: "USER",
    createdAt: new Date(now),
  };
  const row = await deps.accounts.add(account, welcomeOf(account, traceparent));
  if (!row) throw new Problem("EMAIL_ALREADY_EXISTS");
  return { account, outbox: [row] };
}
