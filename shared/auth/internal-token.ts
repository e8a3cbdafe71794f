import { type CryptoKey, jwtVerify, SignJWT } from "jose";
import { SIGNATURE_ALGORITHM } from "./keys.ts";
import type { Caller } from "./roles.ts";
import { claimsOf, identityIn, pinned } from "./verified-identity.ts";

const ISSUER = "https://ticketflow.dev/gateway";

/** Long enough for one request and a slow start, too short to be worth stealing. */
const LIFETIME_SECONDS = 60;

/** What the gateway says to one service about the caller: bound to that service, for a minute. */
export async function signInternalToken(
  caller: Caller,
  service: string,
  key: CryptoKey,
  now: number,
): Promise<string> {
  const issuedAt = Math.floor(now / 1000);
  return new SignJWT(claimsOf(caller))
    .setProtectedHeader({ alg: SIGNATURE_ALGORITHM, typ: "internal+jwt" })
    .setIssuer(ISSUER)
    .setAudience(service)
    .setSubject(caller.userId)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + LIFETIME_SECONDS)
    .sign(key);
}

/** The caller's identity as the gateway states it, or null when the token is not the gateway's for this service. */
export async function verifyInternalToken(
  token: string,
  service: string,
  key: CryptoKey,
  now: number,
): Promise<Caller | null> {
  const requiredClaims = ["exp", "sub", "sid"];
  const options = pinned({ typ: "internal+jwt", issuer: ISSUER, audience: service, requiredClaims }, now);
  return identityIn(jwtVerify(token, key, options));
}
