import { loginRoute } from "#shared/contracts/users.ts";
import { serve } from "#shared/http/service-app.ts";
import { login } from "../use-cases/login.ts";
import { depsOf, type UsersApp } from "../wiring.ts";
import { presentUser } from "./present.ts";

export function serveLogin(app: UsersApp): void {
  serve(app, loginRoute, async (c) => {
    const { token, expiresAt, refreshToken, account } = await login(depsOf(c.env), c.req.valid("json"));
    const body = { token, expiresAt: expiresAt.toISOString(), refreshToken, user: presentUser(account) };
    return c.json(body, 200, { "cache-control": "no-store" });
  });
}
