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
        RATE_LIMIT_LIVE_BY_ADDRESS: slow,
        CORS_ORIGINS: "https://tickets.test",
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
  const sent = { "content-type": "application/json", ...headers };
  return ask(agent, "POST", path, sent, JSON.stringify(body));
}

function ask(
  agent: Agent,
  method: string,
  path: string,
  headers: Record<string, string>,
  text = "",
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: HOST, port, path, method, agent, headers }, async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk as Buffer);
      const { code } = JSON.parse(Buffer.concat(chunks).toString()) as { code: string };
      resolve({ status: response.statusCode ?? 0, code, retryAfter: response.headers["retry-after"] });
    });
    sent.on("error", reject);
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

describe("live connections", () => {
  /** Of no event: whoever is let through hears that. */
  const path = `/api/inventory/events/${newId("evnt", Date.now())}/live`;
  const upgrade = { connection: "Upgrade", upgrade: "websocket", "sec-websocket-version": "13" };
  const connect = (agent: Agent, headers: Record<string, string>) =>
    ask(agent, "GET", path, { ...upgrade, "sec-websocket-key": "dGlja2V0ZmxvdyB0ZXN0cw==", ...headers });

  it("are refused to a page of another origin, before anything else", async () => {
    const agent = new Agent();
    const answerTo = async (headers: Record<string, string>) =>
      (await connect(agent, { ...from(newAddress()), ...headers })).code;
    expect(await answerTo({ origin: "https://tickets.test" })).toBe("EVENT_NOT_FOUND");
    expect(await answerTo({ origin: "https://other.test" })).toBe("ORIGIN_NOT_ALLOWED");
    expect(await answerTo({})).toBe("EVENT_NOT_FOUND");
  });

  it("of one address are the burst of twice the burst", async () => {
    const address = newAddress();
    const ask = (agent: Agent) => connect(agent, from(address));
    expect(await twiceTheBurst(ask)).toEqual({ admitted: BURST });
  });
});
