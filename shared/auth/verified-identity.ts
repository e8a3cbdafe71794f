import type { JWTPayload, JWTVerifyOptions } from "jose";
import { z } from "zod";
import { SIGNATURE_ALGORITHM } from "./keys.ts";
import { type Caller, ROLES } from "./roles.ts";

const claims = z.object({
  sub: z.string(),
  sid: z.string(),
  role: z.enum(ROLES),
  email: z.string(),
  name: z.string(),
});

/** What every token of ours must be, beside signed: nothing about it is left for the token to say. */
export function pinned(
  token: { typ: string; issuer: string; audience: string; requiredClaims: string[] },
  now: number,
): JWTVerifyOptions {
  return { ...token, algorithms: [SIGNATURE_ALGORITHM], currentDate: new Date(now) };
}

/** What a token says of the caller; `sid` as OpenID Connect names it. */
export function claimsOf({ role, email, name, sessionId }: Caller): JWTPayload {
  return { role, email, name, sid: sessionId };
}

/** Who a verified token speaks for, or null when it did not verify or says too little. */
export async function identityIn(verifying: Promise<{ payload: JWTPayload }>): Promise<Caller | null> {
  try {
    const { sub, sid, role, email, name } = claims.parse((await verifying).payload);
    return { userId: sub, role, email, name, sessionId: sid };
  } catch {
    return null;
  }
}
