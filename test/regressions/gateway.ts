import { generateKeyPairSync } from "node:crypto";
import { type Context, Hono } from "hono";
import { signAccessToken } from "#shared/auth/access-token.ts";
import { importEd25519, publicJwk } from "#shared/auth/keys.ts";
import type { Caller } from "#shared/auth/roles.ts";
import { myBookingsRoute } from "#shared/contracts/bookings.ts";
import type { AnyRoute } from "#shared/contracts/route.ts";
import { Problem } from "#shared/errors/problem.ts";
import { problemResponse } from "#shared/http/problem-response.ts";

/** Its types are those of the Workers' runtime, which are not there where tests are compiled: so it is loaded by name. */
const FORWARD = "../../workers/gateway/src/forward.ts";
type Forward = (c: Context, route: AnyRoute) => Promise<Response>;

const LIFETIME_MS = 3_600_000;

function privateKey(kid: string): string {
  const { privateKey: key } = generateKeyPairSync("ed25519");
  return JSON.stringify({ ...key.export({ format: "jwk" }), kid });
}

/** The gateway's way of a request that needs a caller, before services that only note what reaches them. */
export async function startGateway() {
  const [usersKey, strangersKey] = [privateKey("users-1"), privateKey("users-1")];
  const published = { keys: [publicJwk((await importEd25519(usersKey)).jwk)] };
  const reached: Request[] = [];
  const env = {
    GATEWAY_PRIVATE_KEY: privateKey("gateway-1"),
    USERS: { fetch: async () => Response.json(published) },
    SESSIONS: { isSessionRevoked: async () => false },
    BOOKINGS: {
      async fetch(address: string, init: RequestInit) {
        reached.push(new Request(address, init));
        return Response.json({});
      },
    },
  };
  const { forward } = (await import(FORWARD)) as { forward: Forward };
  const app = new Hono<{ Variables: { requestId: string; traceparent: string } }>();
  app.get(myBookingsRoute.path, (c) => {
    c.set("requestId", "req_1");
    c.set("traceparent", "");
    return forward(c, myBookingsRoute);
  });
  app.onError((error, c) => {
    if (!(error instanceof Problem)) throw error;
    return problemResponse(error, "req_1", c.req.path);
  });
  const context = { waitUntil: () => undefined, passThroughOnException: () => undefined, props: {} };
  return {
    /** What has reached the services behind it. */
    reached,
    async ask(token: string): Promise<number> {
      const headers = { authorization: `Bearer ${token}` };
      const answer = await app.request(myBookingsRoute.path, { headers }, env, context as never);
      return answer.status;
    },
    /** @param by whose key signs it: that of users, or a stranger's of the same name */
    async token(caller: Caller, by: "users" | "stranger" = "users"): Promise<string> {
      const { key } = await importEd25519(by === "users" ? usersKey : strangersKey);
      const options = { now: Date.now(), lifetimeMs: LIFETIME_MS, tokenId: "tok_1" };
      return signAccessToken(caller, { key, kid: "users-1" }, options);
    },
  };
}
