import { createPublicKey, verify } from "node:crypto";
import { describe, expect, it } from "vitest";
import { ACCOUNTS } from "#local/seed/accounts.ts";
import { clientOf, problem } from "../support/client.ts";
import { anyone, someone, url } from "../support/world.ts";

const register = (changes: object) =>
  anyone.post<{ id: string; role: string; email: string }>("/api/users/register", {
    name: "New Buyer",
    email: `buyer-${crypto.randomUUID()}@ticketflow.dev`,
    password: "Secret1234",
    ...changes,
  });
const login = (body: unknown) =>
  anyone.post<{ token: string; expiresAt: string; user: object }>("/api/users/login", body);

describe("an account", () => {
  it("is made, signed in with, and asked for; its role is USER whatever the request says [route POST /api/users/register: works] [route POST /api/users/login: works]", async () => {
    const email = `Mixed.Case-${crypto.randomUUID()}@ticketflow.dev`;
    const made = await register({ email, name: "  Åsa 🎭 ", role: "ADMIN", id: "usr_1", userId: "usr_1" });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ name: "Åsa 🎭", email: email.toLowerCase(), role: "USER" });

    const session = await login({ email: email.toUpperCase(), password: "Secret1234", role: "ADMIN" });
    expect(session).toMatchObject({ status: 200, body: { user: made.body } });
    expect(session.headers.get("cache-control")).toBe("no-store");
    expect(Date.parse(session.body.expiresAt)).toBeGreaterThan(Date.now());

    const me = clientOf(url, session.body.token);
    expect(await me.get("/api/users/me")).toMatchObject({ status: 200, body: made.body });
    // The role in the token is the account's: what only sellers may do is forbidden.
    expect(await me.post("/api/venues", {})).toMatchObject(problem("FORBIDDEN"));
    expect(await register({ email: email.toLowerCase() })).toMatchObject(problem("EMAIL_ALREADY_EXISTS"));
  });

  it("is made once when it is asked for many times at once", async () => {
    const email = `once-${crypto.randomUUID()}@ticketflow.dev`;
    const answers = await Promise.all([1, 2, 3, 4].map(() => register({ email })));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409, 409]);
  });

  it.each([
    ["name", { name: undefined }],
    ["name", { name: "A" }],
    ["name", { name: " A " }],
    ["name", { name: "A".repeat(101) }],
    ["name", { name: "A\0B" }],
    ["name", { name: "A\ud800B" }],
    ["name", { name: ["AB"] }],
    ["email", { email: undefined }],
    ["email", { email: "nobody" }],
    ["email", { email: `${"a".repeat(250)}@b.example` }],
    ["email", { email: { $gt: "" } }],
    ["password", { password: undefined }],
    ["password", { password: "Short1A" }],
    ["password", { password: "no-upper-case-1" }],
    ["password", { password: "No-digit-at-all" }],
    ["password", { password: `A1${"a".repeat(199)}` }],
  ])("is refused for its %s: %j [route POST /api/users/register: bad input]", async (field, changes) => {
    expect(await register(changes)).toMatchObject(problem("VALIDATION_ERROR", field));
  });

  it("is not that of a token whose account does not exist", async () => {
    expect(await (await someone()).get("/api/users/me")).toMatchObject(problem("UNAUTHENTICATED"));
  });
});

describe("signing in", () => {
  it("answers the same for an unknown email and for a wrong password", async () => {
    const answers = await Promise.all([
      login({ email: "nobody@ticketflow.dev", password: "Test1234!" }),
      login({ email: ACCOUNTS.buyer.email, password: "Test1234?" }),
    ]);
    const [unknown, wrong] = answers.map(({ status, body }) => ({
      status,
      body: { ...body, requestId: "" },
    }));
    expect(unknown).toMatchObject(problem("INVALID_CREDENTIALS"));
    expect(unknown).toEqual(wrong);
  });

  it.each([
    ["email", { password: "Test1234!" }],
    ["password", { email: ACCOUNTS.buyer.email }],
    ["password", { email: ACCOUNTS.buyer.email, password: "" }],
    ["password", { email: ACCOUNTS.buyer.email, password: { $ne: "" } }],
  ])("is refused without a right %s: %j [route POST /api/users/login: bad input]", async (field, body) => {
    expect(await login(body)).toMatchObject(problem("VALIDATION_ERROR", field));
  });
});

it("the published keys verify a token, and hold nothing private [route GET /.well-known/jwks.json: works]", async () => {
  const { body } = await anyone.get<{ keys: Record<string, string>[] }>("/.well-known/jwks.json");
  expect(body.keys).toHaveLength(1);
  expect(Object.keys(body.keys[0]!).toSorted()).toEqual(["alg", "crv", "kid", "kty", "use", "x"]);
  const [head, claims, signature] = (await someone()).token.split(".") as [string, string, string];
  const key = createPublicKey({ key: body.keys[0]!, format: "jwk" });
  expect(verify(null, Buffer.from(`${head}.${claims}`), key, Buffer.from(signature, "base64url"))).toBe(true);
});
