import { Problem } from "#shared/errors/problem.ts";
import { MAX_PLAN_BYTES } from "#shared/seating-plan/limits.ts";

/**
 * A request's whole body; its size has been checked. Handing a service the stream instead would leave it
 * half read whenever the service refuses.
 * @throws Problem MALFORMED_JSON when the client stops sending
 */
export async function wholeBody(request: Request): Promise<ArrayBuffer | null> {
  if (!request.body) return null;
  try {
    return await request.arrayBuffer();
  } catch {
    throw new Problem("MALFORMED_JSON", "The body did not arrive in full");
  }
}

/**
 * The most that is read of a refused body: twice what any route takes, so that somebody who is over the limit
 * is told so. Who sends more finds the connection closed.
 */
const MAX_DRAINED_BYTES = 2 * MAX_PLAN_BYTES;

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
