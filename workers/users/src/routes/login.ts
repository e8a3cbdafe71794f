import { loginRoute } from "#shared/contracts/users.ts";
import { serve } from "#shared/http/service-app.ts";
import { login } from "../use-cases/login.ts";
import { depsOf, type UsersApp } from "../wiring.ts";
import { NO_STORE, presentSession } from "./present.ts";

export function serveLogin(app: UsersApp): void {
  serve(app, loginRoute, async (c) => {
    return c.json(presentSession(await login(depsOf(c.env), c.req.valid("json"))), 200, NO_STORE);
  });
}
