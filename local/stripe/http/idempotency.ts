import { createHash } from "node:crypto";
import type { StoredAnswer } from "../storage/idempotency-table.ts";
import { ApiError, invalidRequest } from "./errors.ts";
import { canonicalForm, type FormMap } from "./form.ts";

/** The rules of https://docs.stripe.com/api/idempotent_requests */

/** The documented length of a key. */
const MAX_KEY_LENGTH = 255;

/** A key, and the endpoint and parameters that it is bound to. */
export interface KeyBinding {
  key: string;
  endpoint: string;
  paramsHash: string;
}

/**
 * Binds the request's key; null for a request without one, or one that needs none (GET).
 * @throws ApiError 400 for a key that is too long.
 */
export function bindKey(
  header: string | undefined,
  method: string,
  path: string,
  form: FormMap,
): KeyBinding | null {
  if (method !== "POST" || !header) return null;
  if (header.length > MAX_KEY_LENGTH) {
    throw invalidRequest(`Idempotency keys must be at most ${MAX_KEY_LENGTH} characters long.`);
  }
  const paramsHash = createHash("sha256").update(canonicalForm(form)).digest("hex");
  return { key: header, endpoint: path, paramsHash };
}

/** @throws ApiError 400 idempotency_error when the key was first used for something else. */
export function assertSameRequest(stored: StoredAnswer, binding: KeyBinding): void {
  const advice = `Try using a key other than '${binding.key}' if you meant to execute a different request.`;
  const refuse = (message: string) => {
    throw new ApiError(400, { type: "idempotency_error", message: `${message} ${advice}` });
  };
  if (stored.endpoint !== binding.endpoint) {
    refuse(
      "Keys for idempotent requests can only be used for the same endpoint they were first used for " +
        `('${binding.endpoint}' vs '${stored.endpoint}').`,
    );
  }
  if (stored.paramsHash !== binding.paramsHash) {
    refuse(
      "Keys for idempotent requests can only be used with the same parameters they were first used with.",
    );
  }
}

/** The keys whose first request is still being executed. */
export class KeysInUse {
  readonly #keys = new Set<string>();

  /** @throws ApiError 409 when another request with this key is under way. */
  enter(key: string): void {
    if (this.#keys.has(key)) {
      throw new ApiError(
        409,
        {
          type: "idempotency_error",
          code: "idempotency_key_in_use",
          message:
            "There is currently another in-progress request using this Stripe Idempotent-key (that probably means " +
            "you submitted twice, and the other request is still going through): " +
            `${key}. If you keep seeing this error after submitting requests serially, please contact support.`,
        },
        true,
      );
    }
    this.#keys.add(key);
  }

  leave(key: string): void {
    this.#keys.delete(key);
  }
}
