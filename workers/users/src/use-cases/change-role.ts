import type { Caller, Role } from "#shared/auth/roles.ts";
import { Problem } from "#shared/errors/problem.ts";
import { idPattern } from "#shared/ids/id.ts";
import type { Account } from "../repositories/schema.ts";
import { copyRevocations } from "./copy-revocations.ts";
import type { UsersDeps } from "./deps.ts";

/**
 * Gives an account another role, at once: its sessions end, and with them the tokens that name the old one.
 * @throws Problem USER_NOT_FOUND; FORBIDDEN for one's own account, so that there is always an admin left
 */
export async function changeRole(deps: UsersDeps, caller: Caller, id: string, role: Role): Promise<Account> {
  if (id === caller.userId) throw new Problem("FORBIDDEN", "Nobody changes their own role");
  // Any text can come as an id, also one that Postgres would not take.
  const account = idPattern("usr").test(id) ? await deps.accounts.byId(id) : null;
  if (!account) throw new Problem("USER_NOT_FOUND");
  if (account.role === role) return account;
  const revoked = await deps.accounts.changeRole(id, role, deps.clock());
  await copyRevocations(deps, revoked);
  return { ...account, role };
}
