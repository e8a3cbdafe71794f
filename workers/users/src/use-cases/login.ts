import type { z } from "@hono/zod-openapi";
import { verifyPassword } from "#shared/auth/password.ts";
import type { credentials } from "#shared/contracts/users.ts";
import { Problem } from "#shared/errors/problem.ts";
import { beginSession } from "./begin-session.ts";
import type { UsersDeps } from "./deps.ts";
import type { SignedIn } from "./tokens.ts";

/**
 * Verified against when there is no such account, or none with a password, so that all answers take the same time:
 * a hash of the usual cost, with a key that no password has.
 */
const NOBODY = `scrypt$32768$8$3$${"A".repeat(22)}==$${"A".repeat(43)}=`;

/**
 * Trades email and password for an access token and a refresh token.
 * @throws Problem INVALID_CREDENTIALS, the same whether the email or the password is wrong
 */
export async function login(deps: UsersDeps, input: z.infer<typeof credentials>): Promise<SignedIn> {
  const account = await deps.accounts.byEmail(input.email.toLowerCase());
  const isRight = await verifyPassword(input.password, account?.passwordHash ?? NOBODY);
  if (!account?.passwordHash || !isRight) throw new Problem("INVALID_CREDENTIALS");
  const begun = await beginSession(deps, account);
  if (!begun) throw new Problem("INVALID_CREDENTIALS", "The account has just been changed: sign in again");
  return begun;
}
