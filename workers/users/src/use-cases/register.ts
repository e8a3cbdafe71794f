import type { z } from "@hono/zod-openapi";
import { hashPassword } from "#shared/auth/password.ts";
import type { registration } from "#shared/contracts/users.ts";
import { Problem } from "#shared/errors/problem.ts";
import { newId } from "#shared/ids/id.ts";
import type { Account } from "../repositories/schema.ts";
import type { UsersDeps } from "./deps.ts";

/**
 * Creates an account with the role USER.
 * @throws Problem EMAIL_ALREADY_EXISTS
 */
export async function register(deps: UsersDeps, input: z.infer<typeof registration>): Promise<Account> {
  const now = deps.clock();
  const account: Account = {
    id: newId("usr", now),
    email: input.email.toLowerCase(),
    name: input.name,
    passwordHash: await hashPassword(input.password),
    role: "USER",
    createdAt: new Date(now),
  };
  if (!(await deps.accounts.add(account))) throw new Problem("EMAIL_ALREADY_EXISTS");
  return account;
}
