import type { z } from "@hono/zod-openapi";
import { hashPassword, verifyPassword } from "#shared/auth/password.ts";
import type { Caller } from "#shared/auth/roles.ts";
import type { passwordChange } from "#shared/contracts/users.ts";
import { Problem } from "#shared/errors/problem.ts";
import { copyRevocations } from "./copy-revocations.ts";
import type { UsersDeps } from "./deps.ts";

/**
 * Sets a new password, and ends every session but the one it is set from: whoever knew the old one is out.
 * @throws Problem INVALID_CREDENTIALS when the current password is not right, or there is none
 */
export async function changePassword(
  deps: UsersDeps,
  caller: Caller,
  { currentPassword, newPassword }: z.infer<typeof passwordChange>,
): Promise<void> {
  const from = (await deps.accounts.byId(caller.userId))?.passwordHash;
  if (!from || !(await verifyPassword(currentPassword, from))) throw new Problem("INVALID_CREDENTIALS");
  const change = {
    from,
    to: await hashPassword(newPassword),
    keepSessionId: caller.sessionId,
    now: deps.clock(),
  };
  const revoked = await deps.accounts.changePassword(caller.userId, change);
  if (!revoked) throw new Problem("INVALID_CREDENTIALS", "The password has just been changed");
  await copyRevocations(deps, revoked);
}
