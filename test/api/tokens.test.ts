import { createHmac, generateKeyPairSync } from "node:crypto";
import { SignJWT } from "jose";
import { describe, expect, it } from "vitest";
import { signInternalToken } from "#shared/auth/internal-token.ts";
import { importEd25519, publicJwk } from "#shared/auth/keys.ts";
import type { Role } from "#shared/auth/roles.ts";
import { newId } from "#shared/ids/id.ts";
import { clientOf, problem } from "../support/client.ts";
import { anyone, secrets, someone, tokenFor, url } from "../support/world.ts";

const HOUR_MS = 3_600_000;
const buyer = await someone();
const { identity } = buyer;
const [head, claims, signature] = buyer.token.split(".") as [string, string, string];

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
const decode = (part: string) => JSON.parse(Buffer.from(part, "base64url").toString()) as object;

function strangersKey(): string {
  const { privateKey } = generateKeyPairSync("ed25519");
  return JSON.stringify({ ...privateKey.export({ format: "jwk" }), kid: "users-1" });
}

async function publicKeyText(): Promise<string> {
  return JSON.stringify(publicJwk((await importEd25519(secrets.accessTokenKey)).jwk));
}

/** Right in everything but what `changes` changes, and signed with the platform's own key. */
async function otherwise(changes: {
  issuer?: string;
  audience?: string;
  typ?: string;
  role?: string;
  isEndless?: boolean;
}): Promise<string> {
  const { key, jwk } = await importEd25519(secrets.accessTokenKey);
  const { sub: _sub, iss, aud, exp, ...kept } = decode(claims) as Record<string, string | number>;
  const token = new SignJWT({ ...kept, ...(changes.role ? { role: changes.role } : {}) })
    .setProtectedHeader({ alg: "EdDSA", typ: changes.typ ?? "at+jwt", kid: jwk.kid ?? "" })
    .setIssuer(changes.issuer ?? String(iss))
    .setAudience(changes.audience ?? String(aud))
    .setSubject(identity.userId);
  return (changes.isEndless ? token : token.setExpirationTime(Number(exp))).sign(key);
}

/** The attack by which a public key, which anybody has, is used as the secret of an HMAC (RFC 8725, 2.1). */
function hmacWith(secret: string | Buffer): string {
  const signed = `${encode({ alg: "HS256", typ: "at+jwt", kid: "users-1" })}.${claims}`;
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}

async function internalToken(service: string, key: string): Promise<string> {
  const caller = { ...identity, sessionId: newId("ses", Date.now()) };
  return signInternalToken(caller, service, (await importEd25519(key)).key, Date.now());
}

describe("an access token", () => {
  it("is taken when it is ours", async () => {
    expect((await buyer.get("/api/bookings/my")).status).toBe(200);
  });

  const forged: [string, () => string | Promise<string>][] = [
    ["malformed", () => "abc"],
    ["empty parts", () => ".."],
    ["cut off", () => `${head}.${claims}`],
    ["expired", () => tokenFor(identity, { issuedAt: Date.now() - 2 * HOUR_MS, lifetimeMs: HOUR_MS })],
    ["without an end", () => otherwise({ isEndless: true })],
    ["with changed claims", () => `${head}.${encode({ ...decode(claims), role: "ADMIN" })}.${signature}`],
    [
      "with a changed signature",
      () => `${head}.${claims}.${signature.replace(/^./, (c) => (c === "A" ? "B" : "A"))}`,
    ],
    ["with the algorithm none", () => `${encode({ alg: "none", typ: "at+jwt" })}.${claims}.`],
    [
      "with none, and the old signature",
      () => `${encode({ alg: "none", typ: "at+jwt" })}.${claims}.${signature}`,
    ],
    ["signed with the public key's text as a secret", async () => hmacWith(await publicKeyText())],
    [
      "signed with the public key's bytes as a secret",
      async () => hmacWith(Buffer.from(JSON.parse(await publicKeyText()).x, "base64url")),
    ],
    ["signed by another key under our key's name", () => tokenFor(identity, { key: strangersKey() })],
    ["signed by the gateway's key", () => tokenFor(identity, { key: secrets.gatewayKey })],
    ["of another issuer", () => otherwise({ issuer: "https://elsewhere.example" })],
    ["for another audience", () => otherwise({ audience: "bookings" })],
    ["of another type", () => otherwise({ typ: "JWT" })],
    ["with a role that there is not", () => otherwise({ role: "ROOT" })],
    ["that is the gateway's own, for a service", () => internalToken("bookings", secrets.gatewayKey)],
  ];

  it.each(forged)("is refused when it is %s", async (_what, make) => {
    const answer = await clientOf(url, await make()).get("/api/bookings/my");
    expect(answer).toMatchObject(problem("UNAUTHENTICATED"));
    expect(answer.headers.get("www-authenticate")).toBe("Bearer");
  });

  it("is the same token again when only what must not matter is changed", async () => {
    // The forgeries above are refused for what they change, and not for how they are made.
    expect((await clientOf(url, await otherwise({})).get("/api/bookings/my")).status).toBe(200);
  });

  it.each(["", "Basic dGVzdDp0ZXN0", "Bearer", "bearer", "Bearer a b", `Token ${buyer.token}`])(
    'is wanted; "%s" is none',
    async (authorization) => {
      const answer = await anyone.get("/api/bookings/my", { authorization });
      expect(answer).toMatchObject(problem("UNAUTHENTICATED"));
    },
  );
});

describe("what a caller says about themselves", () => {
  const claim = async (role: Role) => ({
    "x-user-id": identity.userId,
    "x-role": role,
    "x-user-role": role,
    "x-identity": JSON.stringify({ ...identity, role }),
    "x-internal-token": await internalToken("bookings", secrets.gatewayKey),
    "x-forwarded-authorization": `Bearer ${buyer.token}`,
  });

  it("makes nobody a user", async () => {
    const answer = await anyone.get("/api/bookings/my", await claim("USER"));
    expect(answer).toMatchObject(problem("UNAUTHENTICATED"));
  });

  it("makes no user a seller", async () => {
    expect(await buyer.post("/api/venues", {}, await claim("ADMIN"))).toMatchObject(problem("FORBIDDEN"));
  });

  it.each(["bookings", "users", "ticketflow"])(
    "an internal token for %s by another key opens nothing",
    async (service) => {
      const mine = await internalToken(service, strangersKey());
      expect(await clientOf(url, mine).get("/api/bookings/my")).toMatchObject(problem("UNAUTHENTICATED"));
    },
  );

  it("does not choose the request's id", async () => {
    const { headers } = await anyone.get("/api/events", { "x-request-id": "req_mine" });
    expect(headers.get("x-request-id")).toMatch(/^req_[0-9a-f]{32}$/);
  });
});
