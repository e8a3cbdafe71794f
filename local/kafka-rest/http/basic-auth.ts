import { createHash, timingSafeEqual } from "node:crypto";

/** A check of the Authorization header that takes as long for a near miss as for a far one. */
export function createBasicAuth(username: string, password: string): (header: string | undefined) => boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  const expected = digest(Buffer.from(`${username}:${password}`).toString("base64"));
  return (header) => {
    const [, credentials] = /^basic +([a-z0-9+/=]+)$/i.exec(header ?? "") ?? [];
    return credentials !== undefined && timingSafeEqual(digest(credentials), expected);
  };
}
