import type { IncomingMessage, ServerResponse } from "node:http";

/**
 * Reads the whole body; null when it is longer than allowed. Reads on without keeping: a client that is cut off
 * while it writes never sees the answer. Rejects when the client leaves before the end.
 */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= maxBytes) chunks.push(chunk);
  }
  return bytes > maxBytes ? null : Buffer.concat(chunks);
}

/** Answers with JSON, unless the client has gone. */
export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  if (response.closed) return;
  const text = JSON.stringify(body);
  response.writeHead(status, {
    "Content-Type": "application/json",
    "Content-Length": Buffer.byteLength(text),
  });
  response.end(text);
}
