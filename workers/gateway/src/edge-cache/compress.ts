import { PACKED_SEATS } from "#shared/contracts/inventory.ts";

/** What nothing in front of us compresses: Cloudflare's list of media types has JSON, and no type of ours. */
const COMPRESSED = new Set<string>([PACKED_SEATS]);

/** Below a kilobyte a packet is a packet. */
const MIN_BYTES = 1_000;

/** @param acceptEncoding what the client itself has said: Cloudflare writes a header of its own in its place */
export const acceptsGzip = (acceptEncoding: string): boolean =>
  acceptEncoding
    .split(",")
    .some((coding) => /^\s*(gzip|\*)\s*(;\s*q=(?!0(\.0*)?\s*$)[\d.]+)?\s*$/i.test(coding));

/** Whether answers of this media type come in two encodings. */
export const isCompressed = (mediaType: string): boolean => COMPRESSED.has(mediaType);

/** The answer with its body compressed, where that pays. Its ETag is weak then: it names two forms of the same. */
export function compressed(answer: Response): Response {
  const { headers: given, status, body } = answer;
  if (status !== 200 || !body || !isCompressed(given.get("content-type") ?? "")) return answer;
  const length = given.get("content-length");
  if (length !== null && Number(length) < MIN_BYTES) return answer;
  const headers = new Headers(given);
  headers.set("content-encoding", "gzip");
  headers.set("vary", "accept, accept-encoding");
  headers.delete("content-length");
  const etag = given.get("etag");
  if (etag?.startsWith('"')) headers.set("etag", `W/${etag}`);
  const zipped = body.pipeThrough(new CompressionStream("gzip"));
  return new Response(zipped, { status, headers, encodeBody: "manual" });
}
