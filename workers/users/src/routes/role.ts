import { roleRoute } from "#shared/contracts/users.ts";
import { identityOf, serve } from "#shared/http/service-app.ts";
import { changeRole } from "../use-cases/change-role.ts";
import { depsOf, type UsersApp } from "../wiring.ts";
import { presentUser } from "./present.ts";

export function serveRole(app: UsersApp): void {
  serve(app, roleRoute, async (c) => {
    const { role } = c.req.valid("json");
    const account = await changeRole(depsOf(c.env), identityOf(c), c.req.valid("param").id, role);
    return c.json(presentUser(account), 200);
  });
}
