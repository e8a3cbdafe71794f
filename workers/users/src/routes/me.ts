import { meRoute, renameRoute } from "#shared/contracts/users.ts";
import { Problem } from "#shared/errors/problem.ts";
import { identityOf, serve } from "#shared/http/service-app.ts";
import type { Account } from "../repositories/schema.ts";
import { depsOf, type UsersApp } from "../wiring.ts";
import { presentUser } from "./present.ts";

export function serveMe(app: UsersApp): void {
  serve(app, meRoute, async (c) => {
    return c.json(presentUser(there(await depsOf(c.env).accounts.byId(identityOf(c).userId))), 200);
  });
  serve(app, renameRoute, async (c) => {
    const { name } = c.req.valid("json");
    return c.json(presentUser(there(await depsOf(c.env).accounts.rename(identityOf(c).userId, name))), 200);
  });
}

/** @throws Problem UNAUTHENTICATED when the token outlived its account */
function there(account: Account | null): Account {
  if (!account) throw new Problem("UNAUTHENTICATED");
  return account;
}
