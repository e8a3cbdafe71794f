import type { IncomingMessage, ServerResponse } from "node:http";

/**
 * Reads the whole body; null when it is longer than allowed. Reads on without keeping: a client that is cut off
 * while it writes never sees the answer. Rejects when the client leaves before the end.
 */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | null> {
  // By its events: an asynchronous iterator costs as much as the rest of a small request.
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= maxBytes) chunks.push(chunk);
    });
    request.once("end", () => resolve(bytes > maxBytes ? null : whole(chunks)));
    request.once("error", reject);
    request.once("close", () => reject(new Error("the client left before the end of its request")));
  });
}

/** Most bodies come in one piece. */
const whole = (chunks: Buffer[]): Buffer =>
  chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);

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
