import { registerRoute } from "#shared/contracts/users.ts";
import { serve } from "#shared/http/service-app.ts";
import { register } from "../use-cases/register.ts";
import { depsOf, relaySoon, type UsersApp } from "../wiring.ts";
import { presentUser } from "./present.ts";

export function serveRegister(app: UsersApp): void {
  serve(app, registerRoute, async (c) => {
    const deps = depsOf(c.env);
    const { account, outbox } = await register(deps, c.req.valid("json"), c.get("traceparent"));
    c.executionCtx.waitUntil(relaySoon(deps, outbox));
    return c.json(presentUser(account), 201);
  });
}
