import { randomBytes } from "node:crypto";

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/** Bytes at or above this would favour the alphabet's first letters. */
const UNBIASED_LIMIT = 256 - (256 % ALPHABET.length);

/** Makes an id such as `pi_3Qx...`; 24 base62 characters, about 142 random bits. */
export type NewId = (prefix: string) => string;

/** The id source of a running server. */
export const randomId: NewId = (prefix) => {
  let text = "";
  while (text.length < 24) {
    for (const byte of randomBytes(32)) {
      if (byte < UNBIASED_LIMIT && text.length < 24) text += ALPHABET[byte % ALPHABET.length];
    }
  }
  return `${prefix}_${text}`;
};
