import { DEFAULT_MAX_BODY_BYTES } from "#shared/contracts/route.ts";
import { Problem } from "#shared/errors/problem.ts";

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
 * Reads what a refusal has left unread. Otherwise the runtime may close the connection behind the answer, and
 * the client's next request on it is lost. Of a body that is too large nothing is read: there, closing is right.
 */
export async function drain(request: Request): Promise<void> {
  const isSmall = Number(request.headers.get("content-length") ?? Number.NaN) <= DEFAULT_MAX_BODY_BYTES;
  if (request.body && !request.bodyUsed && isSmall) await request.arrayBuffer().catch(() => {});
}
