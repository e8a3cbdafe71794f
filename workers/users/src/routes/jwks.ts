import { jwksRoute } from "#shared/contracts/users.ts";
import { serve } from "#shared/http/service-app.ts";
import { usersEnvironment } from "../env.ts";
import { publishedKeys } from "../published-keys.ts";
import { depsOf, type UsersApp } from "../wiring.ts";

export function serveJwks(app: UsersApp): void {
  serve(app, jwksRoute, async (c) => {
    const { jwk } = await depsOf(c.env).signer();
    const keys = publishedKeys(jwk, usersEnvironment(c.env).JWT_PREVIOUS_PUBLIC_KEYS);
    return c.json({ keys }, 200, { "cache-control": "public, max-age=300" });
  });
}
