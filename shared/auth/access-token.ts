import { type CryptoKey, type JWTVerifyGetKey, jwtVerify, SignJWT } from "jose";
import { SIGNATURE_ALGORITHM } from "./keys.ts";
import type { Caller } from "./roles.ts";
import { claimsOf, identityIn, pinned } from "./verified-identity.ts";

const ISSUER = "https://ticketflow.dev/users";
const AUDIENCE = "ticketflow";

/** The token that a buyer carries, signed by users and verified by the gateway on every request. */
export async function signAccessToken(
  caller: Caller,
  signer: { key: CryptoKey; kid: string },
  options: { now: number; lifetimeMs: number; tokenId: string },
): Promise<string> {
  return new SignJWT(claimsOf(caller))
    .setProtectedHeader({ alg: SIGNATURE_ALGORITHM, typ: "at+jwt", kid: signer.kid })
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setSubject(caller.userId)
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
): Promise<Caller | null> {
  const requiredClaims = ["exp", "sub", "sid", "jti"];
  const options = pinned({ typ: "at+jwt", issuer: ISSUER, audience: AUDIENCE, requiredClaims }, now);
  return identityIn(jwtVerify(token, keys, options));
}
