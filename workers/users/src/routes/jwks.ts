import { publicJwk } from "#shared/auth/keys.ts";
import { jwksRoute } from "#shared/contracts/users.ts";
import { serve } from "#shared/http/service-app.ts";
import { depsOf, type UsersApp } from "../wiring.ts";

export function serveJwks(app: UsersApp): void {
  serve(app, jwksRoute, async (c) => {
    const { jwk } = await depsOf(c.env).signer();
    return c.json({ keys: [{ ...publicJwk(jwk) }] }, 200, { "cache-control": "public, max-age=300" });
  });
}
