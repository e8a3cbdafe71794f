import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";

/**
 * scrypt at OWASP's N = 2^15, r = 8, p = 3 (32 MiB, about 0.3 s): memory-hard, and in every runtime here.
 * @see https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
 */
const COST = { N: 32_768, r: 8, p: 3 } as const;
const KEY_BYTES = 32;
const SALT_BYTES = 16;
/** scrypt needs 128 * N * r bytes; the default ceiling of 32 MiB would refuse it. */
const MAX_MEMORY_BYTES = 64 * 1024 * 1024;

/** The largest cost a stored hash may ask for: a planted one must not stall a Worker. */
const MAX_COST = { N: 131_072, r: 8, p: 5 } as const;

/** A password's hash as `scrypt$N$r$p$salt$key`, salt and key in base64. */
export async function hashPassword(
  password: string,
  salt: Uint8Array = randomBytes(SALT_BYTES),
): Promise<string> {
  const key = await derive(password, salt, COST);
  const { N, r, p } = COST;
  return ["scrypt", N, r, p, base64(salt), base64(key)].join("$");
}

/** Whether a password belongs to a stored hash; false for a hash that is not of our making. */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const [scheme, n, r, p, salt, key] = stored.split("$");
  if (scheme !== "scrypt" || !salt || !key) return false;
  const cost = { N: Number(n), r: Number(r), p: Number(p) };
  if (!(cost.N <= MAX_COST.N && cost.r <= MAX_COST.r && cost.p <= MAX_COST.p)) return false;
  const expected = Buffer.from(key, "base64");
  const actual = await derive(password, Buffer.from(salt, "base64"), cost);
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

function derive(
  password: string,
  salt: Uint8Array,
  cost: { N: number; r: number; p: number },
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    scrypt(
      password.normalize("NFKC"),
      salt,
      KEY_BYTES,
      { ...cost, maxmem: MAX_MEMORY_BYTES },
      (error, key) => (error ? reject(error) : resolve(key)),
    );
  });
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
