import { hkdfSync } from "node:crypto";
import { EncryptJWT, type JWK, jwtDecrypt } from "jose";
import { z } from "zod";

/** What a sign-in under way must remember between the way to the provider and the way back. */
export interface Transaction {
  provider: string;
  state: string;
  nonce: string;
  codeVerifier: string;
}

export const TRANSACTION_COOKIE = "ticketflow_oidc";

/** As long as a person may take at the provider. */
export const TRANSACTION_SECONDS = 600;

const PURPOSE = "ticketflow oidc transaction";
const shape = z.object({
  provider: z.string(),
  state: z.string(),
  nonce: z.string(),
  codeVerifier: z.string(),
});

/** The cookie's key, from the one that signs: derived, so that neither tells of the other. */
export function transactionKey({ d }: JWK): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", Buffer.from(d ?? "", "base64url"), "", PURPOSE, 32));
}

/** Encrypted and authenticated in one (AES-GCM): its owner can neither read nor change it. */
export function sealed(transaction: Transaction, key: Uint8Array, now: number): Promise<string> {
  return new EncryptJWT({ ...transaction })
    .setProtectedHeader({ alg: "dir", enc: "A256GCM" })
    .setAudience(PURPOSE)
    .setExpirationTime(Math.floor(now / 1000) + TRANSACTION_SECONDS)
    .encrypt(key);
}

/** The transaction in a cookie's text; null when it is not ours, changed or too old. */
export async function opened(text: string, key: Uint8Array, now: number): Promise<Transaction | null> {
  try {
    const { payload } = await jwtDecrypt(text, key, {
      audience: PURPOSE,
      currentDate: new Date(now),
      requiredClaims: ["exp"],
      keyManagementAlgorithms: ["dir"],
      contentEncryptionAlgorithms: ["A256GCM"],
    });
    return shape.parse(payload);
  } catch {
    return null;
  }
}
