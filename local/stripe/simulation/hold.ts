import type { IncomingMessage } from "node:http";

/** A request that is held is let go after this, so that nothing is held for ever. */
const MAX_HOLD_MS = 120_000;

/** Holds the request until its client leaves. */
export function untilGone(request: IncomingMessage): Promise<null> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(null), MAX_HOLD_MS);
    request.socket.once("close", () => {
      clearTimeout(timer);
      resolve(null);
    });
  });
}
