import { type CryptoKey, importJWK, type JWK } from "jose";

/** The one signature algorithm we make and accept: Ed25519 (RFC 8037). Anything else is refused by name. */
export const SIGNATURE_ALGORITHM = "EdDSA";

interface ImportedKey {
  key: CryptoKey;
  jwk: JWK;
}

/**
 * Keys come from configuration, so there are few; importing one anew on every request would cost more than
 * using it. Keys, not promises of keys: a promise belongs to the request that made it, and dies with it.
 */
const imported = new Map<string, ImportedKey>();

/**
 * Imports an Ed25519 key from its JSON Web Key text, once.
 * @throws TypeError when the text is not such a key
 */
export async function importEd25519(text: string): Promise<ImportedKey> {
  const known = imported.get(text);
  if (known) return known;
  const jwk = JSON.parse(text) as JWK;
  if (jwk.kty !== "OKP" || jwk.crv !== "Ed25519") throw new TypeError("not an Ed25519 JSON Web Key");
  const key = { key: (await importJWK(jwk, SIGNATURE_ALGORITHM)) as CryptoKey, jwk };
  imported.set(text, key);
  return key;
}

/** The half of a key that may be shown: what a JWKS lists. */
export function publicJwk(jwk: JWK): JWK {
  const { kty, crv, x, kid } = jwk;
  return { kty, crv, x, kid, alg: SIGNATURE_ALGORITHM, use: "sig" } as JWK;
}
