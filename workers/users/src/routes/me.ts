import { meRoute } from "#shared/contracts/users.ts";
import { Problem } from "#shared/errors/problem.ts";
import { identityOf, serve } from "#shared/http/service-app.ts";
import { depsOf, type UsersApp } from "../wiring.ts";
import { presentUser } from "./present.ts";

export function serveMe(app: UsersApp): void {
  serve(app, meRoute, async (c) => {
    const account = await depsOf(c.env).accounts.byId(identityOf(c).userId);
    // The token outlived its account.
    if (!account) throw new Problem("UNAUTHENTICATED");
    return c.json(presentUser(account), 200);
  });
}
