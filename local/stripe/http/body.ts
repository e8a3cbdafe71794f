import type { IncomingMessage } from "node:http";
import { readBody } from "../../shared/http.ts";
import { ApiError } from "./errors.ts";

/** Stripe's largest call here is a few kilobytes of metadata (50 x 540 characters, percent-encoded). */
const MAX_BODY_BYTES = 256 * 1024;

/** Reads the whole body as UTF-8. @throws ApiError 413 */
export async function readText(request: IncomingMessage): Promise<string> {
  const body = await readBody(request, MAX_BODY_BYTES);
  if (body) return body.toString("utf8");
  const message = `The request body is larger than ${MAX_BODY_BYTES} bytes.`;
  throw new ApiError(413, { type: "invalid_request_error", message });
}

/** The media type of a body, without its parameters. */
export const mediaType = (request: IncomingMessage): string =>
  (request.headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
