import { Agent as HttpAgent, request as httpRequest } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";

/** A receiver that takes longer is taken for dead. */
const DELIVERY_TIMEOUT_MS = 10_000;
/** Shorter than any server keeps an idle connection: one that it has just closed would be written into. */
const IDLE_CONNECTION_MS = 4_000;

/** Posts webhooks to one address, over connections that are kept. */
export interface Poster {
  /** @returns the status; redirects are not followed. @throws where there was no answer in time, or the signal was aborted. */
  send(payload: string, signature: string, signal: AbortSignal): Promise<number>;
  close(): void;
}

/** Plain requests, as webhooks are many and `fetch` costs several times as much; the answer's text is of no interest. */
export function poster(url: string): Poster {
  const isSecure = url.startsWith("https:");
  const options = { keepAlive: true, timeout: IDLE_CONNECTION_MS };
  const agent = isSecure ? new HttpsAgent(options) : new HttpAgent(options);
  const request = isSecure ? httpsRequest : httpRequest;

  function send(payload: string, signature: string, signal: AbortSignal): Promise<number> {
    return new Promise((resolve, reject) => {
      const headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Content-Length": Buffer.byteLength(payload),
        "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        "Stripe-Signature": signature,
      };
      const sent = request(url, { method: "POST", agent, headers, signal }, (response) => {
        response.resume();
        response.once("close", () => {
          clearTimeout(limit);
          if (response.complete) resolve(response.statusCode ?? 0);
          else reject(new Error("the connection was closed in the middle of the answer"));
        });
      });
      const limit = setTimeout(() => sent.destroy(new Error("no answer in time")), DELIVERY_TIMEOUT_MS);
      sent.once("error", (error) => {
        clearTimeout(limit);
        reject(error);
      });
      sent.end(payload);
    });
  }

  return { send, close: () => agent.destroy() };
}
