import { Problem } from "#shared/errors/problem.ts";
import { MAX_PLAN_BYTES } from "#shared/seating-plan/limits.ts";

/**
 * The most that is read of a refused body: twice what any route takes, so that somebody who is over the limit
 * is told so. Who sends more finds the connection closed.
 */
const MAX_DRAINED_BYTES = 2 * MAX_PLAN_BYTES;

/**
 * A request's whole body, at most `maxBytes` of it. Handing a service the stream instead would leave it half read
 * whenever the service refuses.
 * @throws Problem PAYLOAD_TOO_LARGE, or MALFORMED_JSON when the client stops sending
 */
export async function wholeBody(request: Request, maxBytes: number): Promise<Uint8Array | null> {
  if (!request.body) return null;
  // What is told to be too large is not begun; `drain` reads it.
  if (Number(request.headers.get("content-length") ?? 0) > maxBytes) throw new Problem("PAYLOAD_TOO_LARGE");
  const pieces: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const piece of request.body) {
      size += piece.byteLength;
      // Of what is too large the rest is still read: a client that is sending hears no answer.
      if (size > MAX_DRAINED_BYTES) break;
      if (size <= maxBytes) pieces.push(piece);
    }
  } catch {
    throw new Problem("MALFORMED_JSON", "The body did not arrive in full");
  }
  if (size > maxBytes) throw new Problem("PAYLOAD_TOO_LARGE");
  return joined(pieces, size);
}

function joined(pieces: Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.byteLength;
  }
  return whole;
}

/**
 * Reads what a refusal has left unread, and keeps nothing of it. Otherwise the runtime may close the connection
 * behind the answer: a client that is still sending never sees it, and the next request of another is lost.
 */
export async function drain(request: Request): Promise<void> {
  const { body } = request;
  if (!body || body.locked || request.bodyUsed) return;
  if (Number(request.headers.get("content-length") ?? 0) > MAX_DRAINED_BYTES) return;
  let left = MAX_DRAINED_BYTES;
  try {
    for await (const chunk of body) {
      left -= chunk.byteLength;
      if (left < 0) return;
    }
  } catch {
    // The client has gone: there is nobody to answer.
  }
}
