import type { IncomingMessage } from "node:http";
import { ApiError } from "./errors.ts";

/** Stripe's largest call here is a few kilobytes of metadata (50 x 540 characters, percent-encoded). */
const MAX_BODY_BYTES = 256 * 1024;

/** Reads the whole body as UTF-8. @throws ApiError 413, after which the rest is read and dropped */
export function readBody(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = [];
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= MAX_BODY_BYTES) chunks.push(chunk);
      else {
        chunks = [];
        const message = `The request body is larger than ${MAX_BODY_BYTES} bytes.`;
        reject(new ApiError(413, { type: "invalid_request_error", message }));
      }
    });
    request.on("end", () => resolve(Buffer.concat(chunks).toString("utf8")));
    request.on("close", () => reject(new Error("the client left before its request was complete")));
  });
}

/** The media type of a body, without its parameters. */
export const mediaType = (request: IncomingMessage): string =>
  (request.headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
