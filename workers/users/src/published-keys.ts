import type { JWK } from "jose";
import { z } from "zod";
import { publicJwk } from "#shared/auth/keys.ts";

const publicKey = z.looseObject({
  kty: z.literal("OKP"),
  crv: z.literal("Ed25519"),
  x: z.string(),
  kid: z.string().min(1),
});

/** Public keys that signed before, each with a `kid` of its own, from their JSON text. */
export const previousPublicKeys = z.string().transform((text, context): JWK[] => {
  const keys = z.array(publicKey).max(5).safeParse(parsedJson(text));
  if (keys.success) return keys.data;
  context.addIssue("a JSON array of at most 5 Ed25519 public keys as JSON Web Keys, each with a kid");
  return z.NEVER;
});

/**
 * The keys that verify access tokens: the one that signs, then those before it, until they are taken out of the
 * configuration.
 */
export function publishedKeys(signing: JWK, previous: JWK[] = []): Record<string, unknown>[] {
  return [signing, ...previous].map((jwk) => ({ ...publicJwk(jwk) }));
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
