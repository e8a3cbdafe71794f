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
export async function compressed(answer: Response): Promise<Response> {
  const { headers: given, status } = answer;
  if (status !== 200 || !isCompressed(given.get("content-type") ?? "")) return answer;
  // 25 KB for the largest hall; a service's answer does not say beforehand how long it is.
  const bytes = await answer.arrayBuffer();
  if (bytes.byteLength < MIN_BYTES) return new Response(bytes, answer);
  const headers = new Headers(given);
  headers.set("content-encoding", "gzip");
  headers.set("vary", "accept, accept-encoding");
  const etag = given.get("etag");
  if (etag?.startsWith('"')) headers.set("etag", `W/${etag}`);
  const zipped = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Response(zipped, { status, headers, encodeBody: "manual" });
}
