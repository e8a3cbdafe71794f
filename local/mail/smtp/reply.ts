import { createHash, timingSafeEqual } from "node:crypto";

/** A refusal with its SMTP reply code (RFC 5321, 4.2). */
export type SmtpAnswer = Error & { responseCode: number };

export function answer(responseCode: number, text: string): SmtpAnswer {
  return Object.assign(new Error(text), { responseCode });
}

/** Compares secrets in a time that tells nothing of them. */
export function isSame(given: string, wanted: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}
