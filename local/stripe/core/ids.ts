import { randomBytes } from "node:crypto";

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/** Bytes at or above this would favour the alphabet's first letters. */
const UNBIASED_LIMIT = 256 - (256 % ALPHABET.length);

/** Makes an id such as `pi_3Qx...`; 24 base62 characters, about 142 random bits. */
export type NewId = (prefix: string) => string;

/** Asked of the system at once: an id needs some 25 of them. */
const POOL_BYTES = 4_096;
let pool = randomBytes(POOL_BYTES);
let used = 0;

function nextByte(): number {
  if (used === POOL_BYTES) {
    pool = randomBytes(POOL_BYTES);
    used = 0;
  }
  return pool[used++] ?? 0;
}

/** The id source of a running server. */
export const randomId: NewId = (prefix) => {
  let text = "";
  while (text.length < 24) {
    const byte = nextByte();
    if (byte < UNBIASED_LIMIT) text += ALPHABET[byte % ALPHABET.length];
  }
  return `${prefix}_${text}`;
};
