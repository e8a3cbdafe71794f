import { describe, expect, it } from "vitest";
import { publicRoutes } from "#shared/contracts/openapi.ts";
import { type AnyRoute, DEFAULT_MAX_BODY_BYTES } from "#shared/contracts/route.ts";
import { type Client, clientOf, problem } from "../support/client.ts";
import { anyone, someone, url } from "../support/world.ts";

const JSON_TYPE = { "content-type": "application/json" };
const callers = {
  USER: await someone(),
  ORGANISER: await someone("ORGANISER"),
  ADMIN: await someone("ADMIN"),
  GATE: await someone("GATE"),
};
const { USER: buyer, ORGANISER: organiser } = callers;

/** Somebody who may call a route. */
function callerOf({ meta: { access } }: AnyRoute): Client {
  if (access === "public") return anyone;
  const role = access.includes("ADMIN") ? "ADMIN" : access[0]!;
  return callers[role];
}

/** Every route that takes JSON, whoever may call it, with a name in each place of its path. */
const ROUTES = publicRoutes
  .filter(({ request }) => request?.body)
  .map((route) => ({
    method: route.method.toUpperCase(),
    path: route.path.replaceAll(/\{\w+\}/g, "x"),
    caller: callerOf(route),
    limit: route.meta.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES,
    isBodyRequired: route.request?.body?.required === true,
  }));
const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;

describe.each(ROUTES)("a body for $method $path", ({ method, path, caller, limit, isBodyRequired }) => {
  const send = (body: string, headers: Record<string, string> = JSON_TYPE) =>
    caller.send(method, path, { body, headers });

  it.each([
    ...(isBodyRequired ? [""] : []),
    "{",
    "nonsense",
    '{"a":1,}',
    "{'a':1}",
    '{"a":NaN}',
    "\u0000",
    '{"a":"\u0001"}',
  ])("that is not JSON is refused: %j", async (body) => {
    expect(await send(body)).toMatchObject(problem("MALFORMED_JSON"));
  });

  it.each(["[]", "null", "1", '"text"', "true"])("that is no such object is refused: %s", async (body) => {
    expect(await send(body)).toMatchObject(problem("VALIDATION_ERROR"));
  });

  it("that is nested 100,000 deep is refused", async () => {
    expect(await send(nested(100_000))).toMatchObject(problem("VALIDATION_ERROR"));
    const everyField = ["email", "password", "name", "eventId", "seatIds", "ticketTiers", "refreshToken"];
    everyField.push("currentPassword", "newPassword", "role", "reason", "startsAt");
    const deepFields = everyField.map((field) => `"${field}":${nested(30_000)}`);
    expect(await send(`{${deepFields.join(",")}}`)).toMatchObject(problem("VALIDATION_ERROR"));
  });

  it.each([
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/jsonx",
  ])("of the type %s is refused", async (type) => {
    const answer = await send("{}", { "content-type": type });
    expect(answer).toMatchObject(problem("UNSUPPORTED_MEDIA_TYPE"));
  });

  it("with a charset is read", async () => {
    const answer = await send("[]", { "content-type": "application/json; charset=utf-8" });
    expect(answer).toMatchObject(problem("VALIDATION_ERROR"));
  });

  it("over its limit is refused, whether its length is told or not; within it, it is read", async () => {
    const text = (bytes: number) => `"${"x".repeat(bytes - 2)}"`;
    const chunked = (bytes: number) =>
      caller.send(method, path, { body: chunks(text(bytes)), headers: JSON_TYPE });
    // 10 MB once without and once with an account: the gateway does the same for all.
    const isSample = path === "/api/users/login" || path === "/api/bookings";
    for (const bytes of [limit + 1, ...(isSample ? [10_000_000] : [])]) {
      expect(await send(text(bytes))).toMatchObject(problem("PAYLOAD_TOO_LARGE"));
      expect(await chunked(bytes)).toMatchObject(problem("PAYLOAD_TOO_LARGE"));
    }
    expect(await send(text(limit))).toMatchObject(problem("VALIDATION_ERROR"));
    expect(await chunked(limit)).toMatchObject(problem("VALIDATION_ERROR"));
  });
});

/** A text as a stream: its length is not known beforehand, so it is sent in chunks. */
function chunks(text: string): ReadableStream<Uint8Array> {
  return new Blob([text]).stream();
}

describe("operators of a database in place of texts", () => {
  const OPERATORS = [{ $gt: "" }, { $ne: null }, { $regex: ".*" }, { $where: "1" }, ["a"], 1, true, null];

  it.each(OPERATORS)("are no credentials: %j", async (operator) => {
    const answer = await anyone.post("/api/users/login", { email: operator, password: operator });
    expect(answer).toMatchObject(problem("VALIDATION_ERROR", "email"));
    expect(answer).toMatchObject(problem("VALIDATION_ERROR", "password"));
  });

  it.each(OPERATORS)("are no ids: %j", async (operator) => {
    const paymentMethod = { type: "card", token: operator };
    const answer = await buyer.post("/api/bookings", {
      eventId: operator,
      seatIds: [operator],
      paymentMethod,
    });
    expect(answer).toMatchObject(problem("VALIDATION_ERROR", "eventId"));
    expect(answer).toMatchObject(problem("VALIDATION_ERROR", "paymentMethod.token"));
    const event = await organiser.post("/api/events", { venueId: operator });
    expect(event).toMatchObject(problem("VALIDATION_ERROR", "venueId"));
  });
});

describe("an address", () => {
  it.each([
    "/",
    "/api",
    "/api/nothing",
    "/api/events/",
    "//api/events",
    "/API/EVENTS",
    "/api/users",
    "/health/users",
    "/%00",
  ])("that there is not answers NOT_FOUND: %s", async (path) => {
    expect(await anyone.get(path)).toMatchObject(problem("NOT_FOUND"));
  });

  it.each([
    ["GET", "/api/users/login", "POST"],
    ["DELETE", "/api/events", "GET, HEAD, POST"],
    ["POST", "/api/events/evnt_1", "GET, HEAD, PUT"],
    ["PATCH", "/api/venues/ven_1/plan", "GET, HEAD, PUT"],
    ["POST", "/health", "GET, HEAD"],
    ["GET", "/api/payments/webhooks/stripe", "POST"],
  ])("that does not take %s says what it takes: %s", async (method, path, allowed) => {
    const answer = await anyone.send(method, path);
    expect(answer).toMatchObject(problem("METHOD_NOT_ALLOWED"));
    expect(answer.headers.get("allow")).toBe(allowed);
  });

  it("answers HEAD as GET, without the body", async () => {
    const answer = await anyone.send("HEAD", "/api/events");
    expect(answer).toMatchObject({ status: 200, body: null });
    expect(answer.headers.get("content-type")).toBe("application/json");
  });
});

describe("a browser of any origin", () => {
  const origin = "https://tickets.example";

  it("may ask what it needs to, and read what it needs", async () => {
    const preflight = await fetch(`${url}/api/bookings`, {
      method: "OPTIONS",
      headers: {
        origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type,idempotency-key",
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-origin")).toBe("*");
    expect(preflight.headers.get("access-control-allow-methods")).toContain("POST");
    expect(preflight.headers.get("access-control-allow-headers")).toContain("idempotency-key");
    for (const path of ["/api/events", "/api/nothing", "/api/bookings/my"]) {
      const { headers } = await anyone.get(path, { origin });
      expect(headers.get("access-control-allow-origin")).toBe("*");
      expect(headers.get("access-control-expose-headers")).toContain("x-request-id");
      // Any origin, so never with its cookies.
      expect(headers.get("access-control-allow-credentials")).toBeNull();
    }
  });

  it("has no business at the webhook", async () => {
    const { headers } = await anyone.send("POST", "/api/payments/webhooks/stripe", { headers: { origin } });
    expect(headers.get("access-control-allow-origin")).toBeNull();
  });
});

it("a refusal leaves the connection in order for the next request", async () => {
  const rounds = Array.from({ length: 75 });
  const refused = [
    () => anyone.post("/api/venues", {}),
    () => buyer.post("/api/venues", {}),
    () => anyone.post("/api/nothing", {}),
    () => anyone.send("POST", "/api/users/login", { body: "{}", headers: { "content-type": "text/plain" } }),
  ];
  // Each refusal comes before the body has been asked for; a connection that is then closed loses what follows.
  await Promise.all(
    refused.map(async (refuse) => {
      for (const _round of rounds) {
        expect((await refuse()).status).toBeGreaterThanOrEqual(400);
        expect((await anyone.get("/api/bookings/my")).status).toBe(401);
      }
    }),
  );
});

it("health names every service with its backends [route GET /health: works]", async () => {
  const { body } = await anyone.get<{
    services: { name: string; state: string; backends: { name: string }[] }[];
  }>("/health");
  const backends = Object.fromEntries(
    body.services.map((one) => [one.name, one.backends.map(({ name }) => name)]),
  );
  expect(backends).toEqual({
    gateway: ["redis"],
    users: ["postgres", "kafka", "redis"],
    events: ["mongodb", "kafka", "redis"],
    inventory: ["postgres", "kafka"],
    bookings: ["postgres", "kafka"],
    payments: ["mongodb", "stripe", "kafka"],
    notifications: ["mongodb", "mail", "kafka"],
    operations: ["kafka"],
  });
  expect(body.services.map(({ state }) => state)).toEqual(body.services.map(() => "up"));
});

it("a problem never shows what is inside", async () => {
  const { body } = await clientOf(url, "x.y.z").get("/api/bookings/my");
  expect(Object.keys(body).toSorted()).toEqual([
    ...["code", "detail", "instance", "requestId", "status", "title", "type"],
  ]);
});
