import { createHash, timingSafeEqual } from "node:crypto";
import { ApiError } from "./errors.ts";

/**
 * Checks the secret key, sent as a bearer token or as the user name of basic authentication.
 * https://docs.stripe.com/api/authentication
 * @throws ApiError 401
 */
export function authenticate(authorization: string | undefined, secretKey: string): void {
  const key = keyOf(authorization);
  if (key === null) {
    throw unauthorized(
      "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer " +
        "auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See https://stripe.com/docs/api#authentication for details.",
    );
  }
  if (!timingSafeEqual(digest(key), digest(secretKey))) {
    throw unauthorized(`Invalid API Key provided: ${key.slice(0, 8)}${"*".repeat(8)}`);
  }
}

function keyOf(authorization: string | undefined): string | null {
  const [scheme, value] = (authorization ?? "").split(" ");
  if (!scheme || !value) return null;
  if (scheme.toLowerCase() === "bearer") return value;
  if (scheme.toLowerCase() !== "basic") return null;
  return Buffer.from(value, "base64").toString("utf8").split(":")[0] || null;
}

const digest = (text: string) => createHash("sha256").update(text).digest();
const unauthorized = (message: string) => new ApiError(401, { type: "invalid_request_error", message });
