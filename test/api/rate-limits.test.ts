import { mkdtempSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HOST } from "#local/config.ts";
import { freeOffset } from "#local/e2e/own-platform.ts";
import { WORKER_CONFIGS, workerVariables } from "#local/parts/workers.ts";
import { type Runtime, startRuntime } from "#local/workers/runtime.ts";
import { newId } from "#shared/ids/id.ts";
import { config, tokenFor } from "../support/world.ts";

const BURST = 10;
/** So slow that no token comes back while a test runs. */
const slow = `${BURST}+1/3600s`;

/** The platform's Workers once more, on its stores, with buckets of a size that one can count to. */
let runtime: Runtime;
let port: number;
const storageDir = mkdtempSync(join(tmpdir(), "ticketflow-limits-"));
beforeAll(async () => {
  port = config.ports.gateway + (await freeOffset()) - config.portOffset;
  const variables = workerVariables(config);
  runtime = await startRuntime({
    configs: WORKER_CONFIGS.map((path) => join(config.root, path)),
    host: HOST,
    port,
    storageDir,
    variables: {
      ...variables,
      "ticketflow-gateway": {
        ...variables["ticketflow-gateway"],
        // As if the edge were in front: tests play it.
        CLIENT_ADDRESS_HEADER: "cf-connecting-ip",
        RATE_LIMIT_LOGIN_BY_ADDRESS: slow,
        RATE_LIMIT_LOGIN_BY_EMAIL: slow,
        RATE_LIMIT_REGISTER_BY_ADDRESS: slow,
        RATE_LIMIT_REGISTER_BY_EMAIL: slow,
        RATE_LIMIT_BOOKINGS_BY_USER: slow,
      },
    },
  });
}, 120_000);
afterAll(async () => {
  await runtime?.close();
  rmSync(storageDir, { recursive: true, force: true });
});

interface Answer {
  status: number;
  code: string;
  retryAfter: string | undefined;
}

function post(
  agent: Agent,
  path: string,
  body: object,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const text = JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const sent = request({ host: HOST, port, path, method: "POST", agent }, async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk as Buffer);
      const { code } = JSON.parse(Buffer.concat(chunks).toString()) as { code: string };
      resolve({ status: response.statusCode ?? 0, code, retryAfter: response.headers["retry-after"] });
    });
    sent.on("error", reject);
    sent.setHeader("content-type", "application/json");
    for (const [name, value] of Object.entries(headers)) sent.setHeader(name, value);
    sent.end(text);
  });
}

/** Twice the burst, half of it over each of two connections. */
async function twiceTheBurst(ask: (agent: Agent, n: number) => Promise<Answer>) {
  const agents = [1, 2].map(() => new Agent({ keepAlive: true, maxSockets: 1 }));
  const answers = await Promise.all(
    Array.from({ length: 2 * BURST }, (_, n) => ask(agents[n % agents.length]!, n)),
  );
  for (const agent of agents) agent.destroy();
  const refused = answers.filter(({ status }) => status === 429);
  for (const answer of refused) {
    expect(answer.code).toBe("RATE_LIMITED");
    expect(Number(answer.retryAfter)).toBeGreaterThan(0);
    expect(Number(answer.retryAfter)).toBeLessThanOrEqual(3_600);
  }
  return { admitted: answers.length - refused.length };
}

let addresses = 0;
const newAddress = () => `203.0.113.${++addresses}`;
const from = (address: string) => ({ "cf-connecting-ip": address });
/** Without a password: what is let through is refused by users, before it costs anything. */
const attempt = (email: string) => ({ email });
const someEmail = () => `${crypto.randomUUID()}@ticketflow.dev`;

describe.each(["/api/users/login", "/api/users/register"])(
  "twice the burst at %s admits the burst",
  (path) => {
    it("from one address", async () => {
      const address = newAddress();
      const ask = (agent: Agent) => post(agent, path, attempt(someEmail()), from(address));
      expect(await twiceTheBurst(ask)).toEqual({ admitted: BURST });
    });

    it("from the addresses of one IPv6 network", async () => {
      const network = `2001:db8:${path.length.toString(16)}:1`;
      const ask = (agent: Agent, n: number) =>
        post(agent, path, attempt(someEmail()), from(`${network}:${n}::${n + 1}`));
      expect(await twiceTheBurst(ask)).toEqual({ admitted: BURST });
    });

    it("for one email, however it is written", async () => {
      const email = someEmail();
      const ask = (agent: Agent, n: number) =>
        post(agent, path, attempt(n % 2 ? email : email.toUpperCase()), from(newAddress()));
      expect(await twiceTheBurst(ask)).toEqual({ admitted: BURST });
    });

    it("for each address and email of its own", async () => {
      const ask = (agent: Agent) => post(agent, path, attempt(someEmail()), from(newAddress()));
      expect(await twiceTheBurst(ask)).toEqual({ admitted: 2 * BURST });
    });
  },
);

describe("twice the burst of bookings admits", () => {
  const buyer = async () => {
    const userId = newId("usr", Date.now());
    const identity = { userId, role: "USER", email: `${userId}@ticketflow.dev`, name: "Test Buyer" } as const;
    return { authorization: `Bearer ${await tokenFor(identity)}` };
  };

  it("the burst of one user, whatever their address", async () => {
    const token = await buyer();
    const ask = (agent: Agent) => post(agent, "/api/bookings", {}, { ...token, ...from(newAddress()) });
    expect(await twiceTheBurst(ask)).toEqual({ admitted: BURST });
  });

  it("all of different users, at one address", async () => {
    const address = newAddress();
    const ask = async (agent: Agent) =>
      post(agent, "/api/bookings", {}, { ...(await buyer()), ...from(address) });
    expect(await twiceTheBurst(ask)).toEqual({ admitted: 2 * BURST });
  });
});
