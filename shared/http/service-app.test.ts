import { createRoute, z } from "@hono/zod-openapi";
import { HTTPException } from "hono/http-exception";
import { exportJWK, generateKeyPair } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import { signInternalToken } from "../auth/internal-token.ts";
import { importEd25519, publicJwk } from "../auth/keys.ts";
import { Problem, type ProblemDocument, Unavailable } from "../errors/problem.ts";
import type { Logger } from "../observability/log.ts";
import { MOST } from "./in-flight.ts";
import { identityOf, serviceApp } from "./service-app.ts";

const NOW = 1_800_000_000_000;
const SECRET = "postgres://bookings:secret@127.0.0.1/bookings";

let gatewayKey: string;
let publicKey: string;
beforeAll(async () => {
  const pair = await generateKeyPair("EdDSA", { crv: "Ed25519", extractable: true });
  const jwk = { ...(await exportJWK(pair.privateKey)), kid: "gateway" };
  gatewayKey = JSON.stringify(jwk);
  publicKey = JSON.stringify(publicJwk(jwk));
});

/** A service with one address that does as it is told, and what it logs. */
function service(does: () => never | Promise<never> | Response | Promise<Response>) {
  const logged: [level: string, message: string, fields: unknown][] = [];
  const at = (level: string) => (message: string, fields?: object) => {
    logged.push([level, message, fields]);
  };
  const logger: Logger = { info: at("info"), warn: at("warn"), error: at("error") };
  const app = serviceApp({ service: "things", clock: () => NOW, logger, gatewayKey: () => publicKey });
  app.get("/api/things", () => does());
  app.get("/api/mine", (c) => c.json(identityOf(c)));
  const one = createRoute({
    method: "post",
    path: "/api/counted",
    request: { body: { content: { "application/json": { schema: z.object({ count: z.int() }) } } } },
    responses: { 200: { description: "ok" } },
  });
  app.openapi(one, (c) => c.body(null, 200));
  app.get("/health", (c) => c.json([]));
  const ask = async (path = "/api/things", init: RequestInit = {}) => {
    const headers = { "x-request-id": "req_1", ...(init.headers as Record<string, string>) };
    const response = await app.request(path, { ...init, headers });
    return { response, problem: (await response.clone().json()) as ProblemDocument };
  };
  return { ask, logged };
}

describe("an error in a service", () => {
  it("that nobody expected is a 500 that shows nothing of it; the log has it all", async () => {
    const { ask, logged } = service(() => {
      throw new Error(`no route to ${SECRET}`);
    });
    const { response, problem } = await ask();
    expect(response.status).toBe(500);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(problem).toMatchObject({ code: "INTERNAL_ERROR", instance: "/api/things", requestId: "req_1" });
    expect(await response.text()).not.toContain("secret");
    const error = logged.find(([level]) => level === "error");
    expect(error).toMatchObject(["error", "unexpected error", { requestId: "req_1", path: "/api/things" }]);
    expect(JSON.stringify(error)).toContain("no route to");
  });

  it("of a backend that does not answer is a 503 that says when to come back", async () => {
    const { ask, logged } = service(() => {
      throw new Unavailable("postgres", new Error(SECRET));
    });
    const { response, problem } = await ask();
    expect([response.status, problem.code]).toEqual([503, "SERVICE_UNAVAILABLE"]);
    expect(response.headers.get("retry-after")).toBe("5");
    expect(await response.text()).not.toContain("secret");
    expect(logged.map(([level, message]) => [level, message])).toContainEqual(["warn", "unavailable"]);
    expect(logged.map(([level]) => level)).not.toContain("error");
  });

  it("that has too much to do is a 503 that says when to come back, for all but who asks how it is", async () => {
    const { promise, resolve } = Promise.withResolvers<Response>();
    const { ask } = service(() => promise.then((answer) => answer.clone()));
    const underWay = Array.from({ length: MOST }, () => ask());
    const { response, problem } = await ask();
    expect([response.status, problem.code, problem.requestId]).toEqual([503, "SERVICE_UNAVAILABLE", "req_1"]);
    expect(response.headers.get("retry-after")).toBe("5");
    expect((await ask("/health")).response.status).toBe(200);
    resolve(Response.json({}));
    for (const one of await Promise.all(underWay)) expect(one.response.status).toBe(200);
    expect((await ask()).response.status).toBe(200);
  });

  it("that is a refusal is shown as it is", async () => {
    const { ask } = service(() => {
      throw new Problem("FORBIDDEN", "Not yours.");
    });
    const { problem } = await ask();
    expect(problem).toMatchObject({ status: 403, code: "FORBIDDEN", detail: "Not yours." });
  });

  it.each([
    [400, 400, "MALFORMED_JSON"],
    [404, 404, "NOT_FOUND"],
    [413, 413, "PAYLOAD_TOO_LARGE"],
    [502, 500, "INTERNAL_ERROR"],
  ] as const)("of the framework with status %i is our %i %s", async (thrown, status, code) => {
    const { ask } = service(() => {
      throw new HTTPException(thrown, { message: SECRET });
    });
    const { response, problem } = await ask();
    expect([response.status, problem.code]).toEqual([status, code]);
    expect(await response.text()).not.toContain("secret");
  });
});

describe("a service", () => {
  const { ask } = service(() => new Response("{}"));

  it("names each wrong field of a body", async () => {
    const body = JSON.stringify({ count: "many" });
    const sent = { method: "POST", body, headers: { "content-type": "application/json" } };
    const { response, problem } = await ask("/api/counted", sent);
    expect([response.status, problem.code]).toEqual([400, "VALIDATION_ERROR"]);
    expect(problem.errors).toMatchObject([{ path: "count" }]);
  });

  it("has no other address", async () => {
    expect((await ask("/api/nothing")).problem).toMatchObject({ status: 404, code: "NOT_FOUND" });
  });

  it("believes who the gateway says the caller is, and nobody else", async () => {
    const caller = {
      userId: "usr_1",
      role: "USER",
      email: "a@example.com",
      name: "A",
      sessionId: "ses_1",
    } as const;
    const { key } = await importEd25519(gatewayKey);
    const ofCaller = async (audience: string) => ({
      headers: { authorization: `Bearer ${await signInternalToken(caller, audience, key, NOW)}` },
    });
    expect(await (await ask("/api/mine", await ofCaller("things"))).response.json()).toMatchObject(caller);
    for (const other of [await ofCaller("payments"), { headers: { authorization: "Basic YTpi" } }, {}]) {
      const { response, problem } = await ask("/api/mine", other);
      expect([response.status, problem.code]).toEqual([401, "UNAUTHENTICATED"]);
      expect(response.headers.get("www-authenticate")).toBe("Bearer");
    }
  });
});
