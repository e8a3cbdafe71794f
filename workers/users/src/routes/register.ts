import { registerRoute } from "#shared/contracts/users.ts";
import { serve } from "#shared/http/service-app.ts";
import { register } from "../use-cases/register.ts";
import { depsOf, type UsersApp } from "../wiring.ts";
import { presentUser } from "./present.ts";

export function serveRegister(app: UsersApp): void {
  serve(app, registerRoute, async (c) => {
    const account = await register(depsOf(c.env), c.req.valid("json"));
    return c.json(presentUser(account), 201);
  });
}
