import { logoutRoute, passwordRoute, refreshRoute } from "#shared/contracts/users.ts";
import { identityOf, serve } from "#shared/http/service-app.ts";
import { changePassword } from "../use-cases/change-password.ts";
import { logout } from "../use-cases/logout.ts";
import { refresh } from "../use-cases/refresh.ts";
import { depsOf, type UsersApp } from "../wiring.ts";
import { NO_STORE, presentSession } from "./present.ts";

export function serveSessions(app: UsersApp): void {
  serve(app, refreshRoute, async (c) => {
    const { refreshToken } = c.req.valid("json");
    return c.json(presentSession(await refresh(depsOf(c.env), refreshToken)), 200, NO_STORE);
  });
  serve(app, logoutRoute, async (c) => {
    await logout(depsOf(c.env), identityOf(c).sessionId);
    return c.body(null, 204);
  });
  serve(app, passwordRoute, async (c) => {
    await changePassword(depsOf(c.env), identityOf(c), c.req.valid("json"));
    return c.body(null, 204);
  });
}
