import { apiClient, type Client } from "#shared/client/client.ts";
import { AUDIT_EXAMPLE, FINDING_EXAMPLE } from "#shared/contracts/examples.ts";
import { PROBLEMS, type ProblemCode } from "#shared/errors/catalogue.ts";

/** For tests: an answer of the API. */
export interface Reply {
  status: number;
  body: object;
}

/** For tests: the refusal with this code. */
export const refusal = (code: ProblemCode): Reply => ({
  ...PROBLEMS[code],
  body: { code, ...PROBLEMS[code] },
});

/** For tests: an audit's report. */
export const report = (changes: object = {}): Reply => ({
  status: 200,
  body: {
    ...AUDIT_EXAMPLE,
    findings: [FINDING_EXAMPLE],
    pagination: { page: 1, perPage: 100, total: 1, totalPages: 1 },
    ...changes,
  },
});

export const accepted: Reply = { status: 202, body: { ...AUDIT_EXAMPLE, state: "RUNNING", endedAt: null } };

/** For tests: an API that gives these answers one after the other (an Error: none), and what it was asked. */
export function scripted(...replies: (Reply | Error)[]): { client: Client; asked: string[] } {
  const asked: string[] = [];
  const client = apiClient({
    baseUrl: "http://platform",
    token: "t",
    async fetch(input) {
      const { method, url } = input as Request;
      const { pathname, search } = new URL(url);
      const body = method === "POST" ? ` ${await (input as Request).clone().text()}` : "";
      asked.push(`${method} ${pathname}${search}${body}`);
      const reply = replies.shift();
      if (!reply) throw new Error(`nothing is scripted for ${asked.at(-1)}`);
      if (reply instanceof Error) throw reply;
      return new Response(JSON.stringify(reply.body), {
        status: reply.status,
        headers: { "content-type": reply.status < 400 ? "application/json" : "application/problem+json" },
      });
    },
  });
  return { client, asked };
}
