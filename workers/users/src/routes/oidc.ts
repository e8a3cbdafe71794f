import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { oidcAuthorizeRoute, oidcCallbackRoute } from "#shared/contracts/users-oidc.ts";
import { Problem } from "#shared/errors/problem.ts";
import { serve } from "#shared/http/service-app.ts";
import { usersEnvironment } from "../env.ts";
import { authorizationOf, claimsOf } from "../oidc/relying-party.ts";
import {
  opened,
  sealed,
  TRANSACTION_COOKIE,
  TRANSACTION_SECONDS,
  transactionKey,
} from "../oidc/transaction.ts";
import { signInWithProvider } from "../use-cases/sign-in-with-provider.ts";
import { depsOf, relaySoon, type UsersApp } from "../wiring.ts";
import { NO_STORE, presentSession } from "./present.ts";

/** The way back comes from another site, by a link: Lax lets the cookie along, Strict would not. */
const COOKIE = { path: "/api/users/oidc", httpOnly: true, sameSite: "Lax" } as const;

export function serveOidc(app: UsersApp): void {
  serve(app, oidcAuthorizeRoute, async (c) => {
    const { name, provider, redirectUri } = providerOf(c.env, c.req.valid("param").provider);
    const deps = depsOf(c.env);
    const { url, transaction } = await authorizationOf(name, provider, redirectUri);
    const cookie = await sealed(transaction, transactionKey((await deps.signer()).jwk), deps.clock());
    const secure = redirectUri.startsWith("https:");
    setCookie(c, TRANSACTION_COOKIE, cookie, { ...COOKIE, secure, maxAge: TRANSACTION_SECONDS });
    return c.body(null, 302, { location: url.href, ...NO_STORE });
  });

  serve(app, oidcCallbackRoute, async (c) => {
    const { name, provider, redirectUri } = providerOf(c.env, c.req.valid("param").provider);
    const deps = depsOf(c.env);
    const cookie = getCookie(c, TRANSACTION_COOKIE) ?? "";
    const transaction = await opened(cookie, transactionKey((await deps.signer()).jwk), deps.clock());
    if (transaction?.provider !== name) {
      throw new Problem("SIGN_IN_FAILED", "This browser did not begin the sign-in, or too long ago");
    }
    const callback = new URL(redirectUri + new URL(c.req.url).search);
    const claims = await claimsOf(name, provider, callback, transaction);
    const { signedIn, outbox } = await signInWithProvider(deps, name, claims, c.get("traceparent"));
    c.executionCtx.waitUntil(relaySoon(deps, outbox));
    deleteCookie(c, TRANSACTION_COOKIE, COOKIE);
    return c.json(presentSession(signedIn), 200, NO_STORE);
  });
}

/** @throws Problem PROVIDER_NOT_FOUND */
function providerOf(env: object, name: string) {
  const { OIDC_PROVIDERS = {}, PUBLIC_URL } = usersEnvironment(env);
  const provider = Object.hasOwn(OIDC_PROVIDERS, name) ? OIDC_PROVIDERS[name] : undefined;
  if (!provider) throw new Problem("PROVIDER_NOT_FOUND");
  return { name, provider, redirectUri: `${PUBLIC_URL.replace(/\/$/, "")}/api/users/oidc/${name}/callback` };
}
