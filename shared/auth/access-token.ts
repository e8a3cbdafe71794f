import { type CryptoKey, type JWTVerifyGetKey, jwtVerify, SignJWT } from "jose";
import { SIGNATURE_ALGORITHM } from "./keys.ts";
import type { Identity } from "./roles.ts";
import { identityIn, pinned } from "./verified-identity.ts";

const ISSUER = "https://ticketflow.dev/users";
const AUDIENCE = "ticketflow";

/** The token that a buyer carries, signed by users and verified by the gateway on every request. */
export async function signAccessToken(
  identity: Identity,
  signer: { key: CryptoKey; kid: string },
  options: { now: number; lifetimeMs: number; tokenId: string },
): Promise<string> {
  return new SignJWT({ role: identity.role, email: identity.email, name: identity.name })
    .setProtectedHeader({ alg: SIGNATURE_ALGORITHM, typ: "at+jwt", kid: signer.kid })
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setSubject(identity.userId)
    .setJti(options.tokenId)
    .setIssuedAt(Math.floor(options.now / 1000))
    .setExpirationTime(Math.floor((options.now + options.lifetimeMs) / 1000))
    .sign(signer.key);
}

/**
 * Who an access token speaks for, or null when it is not ours, not valid or not valid any more.
 * Algorithm, type, issuer, audience and expiry are pinned.
 */
export async function verifyAccessToken(
  token: string,
  keys: JWTVerifyGetKey,
  now: number,
): Promise<Identity | null> {
  const requiredClaims = ["exp", "sub", "jti"];
  const options = pinned({ typ: "at+jwt", issuer: ISSUER, audience: AUDIENCE, requiredClaims }, now);
  return identityIn(jwtVerify(token, keys, options));
}
