import { Agent, request } from "node:http";

/** No answer is waited for longer: everything before it has limits that are far shorter. */
const UNANSWERED_MS = 60_000;

/** What became of one request. */
export type Outcome = {
  /** Served; refused as it has to be, 503 with Retry-After and a problem document; anything else is wrong, and said. */
  kind: "served" | "refused" | "wrong";
  detail: string;
  ms: number;
};

/** As many connections as there are requests: what queues, queues at the other end. */
export const manyConnections = (): Agent =>
  new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });

/**
 * Asks once. Never rejects. One that goes out on a connection that the other end is just closing is sent again, as whoever
 * keeps connections has to.
 * @see https://nodejs.org/api/http.html#requestreusedsocket
 */
export function asked(url: string, agent: Agent, headers: Record<string, string> = {}): Promise<Outcome> {
  const begun = performance.now();
  return new Promise((resolve) => {
    const end = (kind: Outcome["kind"], detail: string) =>
      resolve({ kind, detail, ms: performance.now() - begun });
    const outgoing = request(url, { agent, headers, timeout: UNANSWERED_MS }, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        body += chunk;
      });
      response.on("error", (error) => end("wrong", String(error)));
      response.on("end", () => {
        const { statusCode = 0 } = response;
        if (statusCode === 200) return end("served", "");
        const wrong = statusCode === 503 ? wrongOf(response.headers, body) : `status ${statusCode}: ${body}`;
        end(wrong === null ? "refused" : "wrong", wrong ?? "");
      });
    });
    outgoing.on("timeout", () => outgoing.destroy(new Error("not answered")));
    outgoing.on("error", (error) => {
      if (!outgoing.reusedSocket || !/ECONNRESET|hang up/.test(String(error)))
        return end("wrong", String(error));
      void asked(url, agent, headers).then(({ kind, detail }) => end(kind, detail));
    });
    outgoing.end();
  });
}

/** What a refusal lacks; null where it is as it has to be. */
function wrongOf(headers: Record<string, unknown>, body: string): string | null {
  const seconds = Number(headers["retry-after"]);
  if (!(Number.isInteger(seconds) && seconds > 0)) return `Retry-After: ${headers["retry-after"]}`;
  if (headers["content-type"] !== "application/problem+json") return `${headers["content-type"]}: ${body}`;
  return (JSON.parse(body) as { code?: string }).code === "SERVICE_UNAVAILABLE" ? null : body;
}
