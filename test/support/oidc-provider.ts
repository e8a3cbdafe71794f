import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import Provider from "oidc-provider";
import { HOST } from "#local/config.ts";

const CLIENT = { id: "ticketflow", secret: "ticketflow-secret-of-tests" };

export interface OidcServer {
  /** What users is told, as its variable OIDC_PROVIDERS: this server, and one that is not there. */
  variable: string;
  close(): Promise<void>;
}

/**
 * A real OpenID Connect provider. Who signs in there is whom the request hints at (`login_hint`), without a page: an
 * account `<email>` has a verified address, `unverified:<email>` one that is not, `nameless` none.
 */
export async function startOidcServer(): Promise<OidcServer> {
  let handle: ReturnType<Provider["callback"]> = async () => {};
  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  const { port } = server.address() as AddressInfo;
  const issuer = `http://${HOST}:${port}`;
  const provider: Provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        // For a native client the port of a loopback address does not count (RFC 8252, 7.3): the gateway has none yet.
        application_type: "native",
        redirect_uris: ["http://localhost/api/users/oidc/test/callback"],
        grant_types: ["authorization_code"],
        response_types: ["code"],
      },
    ],
    pkce: { required: () => true },
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
    features: { devInteractions: { enabled: false } },
    cookies: { keys: ["of tests"] },
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    findAccount: (_ctx, id) => ({ accountId: id, claims: () => claimsOf(id) }),
    async loadExistingGrant(ctx) {
      const { client, session } = ctx.oidc;
      const accountId = session?.accountId;
      if (!client || !accountId) return undefined;
      const grant = new provider.Grant({ clientId: client.clientId, accountId });
      grant.addOIDCScope("openid email profile");
      await grant.save();
      return grant;
    },
  });
  provider.use(async (ctx, next) => {
    if (!ctx.path.startsWith("/interaction/")) return next();
    const { params, prompt } = await provider.interactionDetails(ctx.req, ctx.res);
    const login = { accountId: String(params.login_hint) };
    // A native client is asked to consent each time; the grant is there.
    const result = prompt.name === "login" ? { login } : { consent: {} };
    ctx.redirect(await provider.interactionResult(ctx.req, ctx.res, result));
  });
  handle = provider.callback();
  const client = { clientId: CLIENT.id, clientSecret: CLIENT.secret };
  return {
    // Port 1 is nobody's.
    variable: JSON.stringify({
      test: { issuer, ...client },
      gone: { issuer: `http://${HOST}:1`, ...client },
    }),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function claimsOf(id: string) {
  if (id.startsWith("nameless:")) return { sub: id };
  const email = id.replace(/^unverified:/, "");
  return { sub: id, email, email_verified: email === id, name: "Provider's Person" };
}
