import {
  type CryptoKey,
  createLocalJWKSet,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
  SignJWT,
} from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import { signAccessToken, verifyAccessToken } from "./access-token.ts";
import { signInternalToken, verifyInternalToken } from "./internal-token.ts";
import { importEd25519, publicJwk } from "./keys.ts";
import type { Caller } from "./roles.ts";

const NOW = 1_800_000_000_000;
const HOUR = 3_600_000;
const identity: Caller = {
  userId: "usr_1",
  role: "USER",
  email: "a@example.com",
  name: "A",
  sessionId: "ses_1",
};

async function newKey(kid: string) {
  const pair = await generateKeyPair("EdDSA", { crv: "Ed25519", extractable: true });
  const jwk: JWK = { ...(await exportJWK(pair.privateKey)), kid };
  return {
    signer: { key: (await importEd25519(JSON.stringify(jwk))).key, kid },
    public: publicJwk(jwk),
    pair,
  };
}

let ours: Awaited<ReturnType<typeof newKey>>;
let theirs: Awaited<ReturnType<typeof newKey>>;
let keys: ReturnType<typeof createLocalJWKSet>;

beforeAll(async () => {
  ours = await newKey("k1");
  theirs = await newKey("k1");
  keys = createLocalJWKSet({ keys: [ours.public] });
});

describe("access tokens", () => {
  const sign = (key = ours) =>
    signAccessToken(identity, key.signer, { now: NOW, lifetimeMs: HOUR, tokenId: "t" });

  it("say who signed in, until they expire", async () => {
    const token = await sign();
    expect(await verifyAccessToken(token, keys, NOW + HOUR - 1_000)).toEqual(identity);
    expect(await verifyAccessToken(token, keys, NOW + HOUR + 1_000)).toBeNull();
  });

  it("of another key, a tampered one and an unsigned one are nobody's", async () => {
    const [head, body, signature] = (await sign()).split(".") as [string, string, string];
    const claims = JSON.parse(Buffer.from(body, "base64url").toString());
    const admin = Buffer.from(JSON.stringify({ ...claims, role: "ADMIN" })).toString("base64url");
    const none = Buffer.from(JSON.stringify({ alg: "none", typ: "at+jwt" })).toString("base64url");
    expect(await verifyAccessToken(await sign(theirs), keys, NOW)).toBeNull();
    expect(await verifyAccessToken(`${head}.${admin}.${signature}`, keys, NOW)).toBeNull();
    expect(await verifyAccessToken(`${none}.${body}.`, keys, NOW)).toBeNull();
  });

  it("signed by HMAC with the public key are refused: the algorithm is pinned", async () => {
    const secret = new TextEncoder().encode(JSON.stringify(ours.public));
    const forged = await new SignJWT({ role: "ADMIN", email: "a", name: "a", jti: "t" })
      .setProtectedHeader({ alg: "HS256", typ: "at+jwt", kid: "k1" })
      .setIssuer("https://ticketflow.dev/users")
      .setAudience("ticketflow")
      .setSubject("usr_1")
      .setExpirationTime(NOW / 1000 + 60)
      .sign(secret);
    expect(await verifyAccessToken(forged, keys, NOW)).toBeNull();
  });
});

describe("internal tokens", () => {
  it("hold for the service they were made for, for a minute", async () => {
    const publicKey = (await importJWK(ours.public, "EdDSA")) as CryptoKey;
    const token = await signInternalToken(identity, "bookings", ours.signer.key, NOW);
    expect(await verifyInternalToken(token, "bookings", publicKey, NOW + 30_000)).toEqual(identity);
    expect(await verifyInternalToken(token, "payments", publicKey, NOW)).toBeNull();
    expect(await verifyInternalToken(token, "bookings", publicKey, NOW + 61_000)).toBeNull();
  });

  it("are not access tokens, nor the other way round", async () => {
    const publicKey = (await importJWK(ours.public, "EdDSA")) as CryptoKey;
    const access = await signAccessToken(identity, ours.signer, { now: NOW, lifetimeMs: HOUR, tokenId: "t" });
    const internal = await signInternalToken(identity, "bookings", ours.signer.key, NOW);
    expect(await verifyInternalToken(access, "bookings", publicKey, NOW)).toBeNull();
    expect(await verifyAccessToken(internal, keys, NOW)).toBeNull();
  });
});
