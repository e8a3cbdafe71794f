import { describe, expect, it } from "vitest";
import { ROLES } from "#shared/auth/roles.ts";
import { clientOf, problem } from "../support/client.ts";
import { anyone, someone, url } from "../support/world.ts";

interface Session {
  token: string;
  expiresAt: string;
  refreshToken: string;
  user: { id: string; name: string; email: string; role: string };
}

const PASSWORD = "Secret1234";
const admin = await someone("ADMIN");

async function account() {
  const email = `session-${crypto.randomUUID()}@ticketflow.dev`;
  const made = await anyone.post<{ id: string }>("/api/users/register", {
    name: "Session Tester",
    email,
    password: PASSWORD,
  });
  expect(made.status).toBe(201);
  return { id: made.body.id, email };
}

async function signIn(email: string, password = PASSWORD) {
  const { status, body } = await anyone.post<Session>("/api/users/login", { email, password });
  expect(status).toBe(200);
  return { ...body, client: clientOf(url, body.token) };
}

const refresh = (refreshToken: unknown) => anyone.post<Session>("/api/users/refresh", { refreshToken });

describe("a session", () => {
  it("goes on with each refresh, in one chain [route POST /api/users/refresh: works]", async () => {
    const { email } = await account();
    const first = await signIn(email);
    const second = await refresh(first.refreshToken);
    expect(second).toMatchObject({ status: 200, body: { user: first.user } });
    expect(second.headers.get("cache-control")).toBe("no-store");
    expect((await clientOf(url, second.body.token).get("/api/bookings/my")).status).toBe(200);
    // The access token before it holds until it expires.
    expect((await first.client.get("/api/bookings/my")).status).toBe(200);
  });

  it("ends for the thief and the owner when a refresh token is used twice [route POST /api/users/refresh: bad input]", async () => {
    const { email } = await account();
    const first = await signIn(email);
    const owner = await refresh(first.refreshToken);
    expect(await refresh(first.refreshToken)).toMatchObject(problem("INVALID_REFRESH_TOKEN"));
    expect(await refresh(owner.body.refreshToken)).toMatchObject(problem("INVALID_REFRESH_TOKEN"));
    for (const token of [first.token, owner.body.token]) {
      expect(await clientOf(url, token).get("/api/bookings/my")).toMatchObject(problem("UNAUTHENTICATED"));
    }
  });

  it("ends when it is left, on every route and at once [route POST /api/users/logout: works]", async () => {
    const { email } = await account();
    const [left, other] = [await signIn(email), await signIn(email)];
    expect((await left.client.get("/api/bookings/my")).status).toBe(200);
    expect(await left.client.post("/api/users/logout", undefined)).toMatchObject({ status: 204, body: null });
    const routes = [
      () => left.client.get("/api/bookings/my"),
      () => left.client.post("/api/bookings", {}),
      () => left.client.get("/api/users/me"),
      () => left.client.post("/api/users/logout", undefined),
      () => left.client.post("/api/users/password", { currentPassword: PASSWORD, newPassword: PASSWORD }),
    ];
    for (const call of routes) expect(await call()).toMatchObject(problem("UNAUTHENTICATED"));
    expect(await refresh(left.refreshToken)).toMatchObject(problem("INVALID_REFRESH_TOKEN"));
    expect((await other.client.get("/api/bookings/my")).status).toBe(200);
  });

  it.each([undefined, null, "", 1, { $gt: "" }, ["a"], "x".repeat(201)])(
    "takes no refresh token like %j [route POST /api/users/refresh: bad input]",
    async (refreshToken) => {
      expect(await refresh(refreshToken)).toMatchObject(problem("VALIDATION_ERROR", "refreshToken"));
    },
  );

  it("goes on with no token that was never given", async () => {
    expect(await refresh("never-given")).toMatchObject(problem("INVALID_REFRESH_TOKEN"));
  });
});

describe("a password", () => {
  const change = (client: ReturnType<typeof clientOf>, body: unknown) =>
    client.post("/api/users/password", body);

  it("is changed, and every other session ends [route POST /api/users/password: works]", async () => {
    const { email } = await account();
    const [mine, other] = [await signIn(email), await signIn(email)];
    const newPassword = "Another1234";
    expect((await change(mine.client, { currentPassword: PASSWORD, newPassword })).status).toBe(204);
    expect((await mine.client.get("/api/bookings/my")).status).toBe(200);
    expect(await other.client.get("/api/bookings/my")).toMatchObject(problem("UNAUTHENTICATED"));
    const old = await anyone.post("/api/users/login", { email, password: PASSWORD });
    expect(old).toMatchObject(problem("INVALID_CREDENTIALS"));
    await signIn(email, newPassword);
  });

  it("is not changed without the current one [route POST /api/users/password: bad input]", async () => {
    const { client } = await signIn((await account()).email);
    const wrong = await change(client, { currentPassword: "Wrong1234", newPassword: "Another1234" });
    expect(wrong).toMatchObject(problem("INVALID_CREDENTIALS"));
    const weak = await change(client, { currentPassword: PASSWORD, newPassword: "weak" });
    expect(weak).toMatchObject(problem("VALIDATION_ERROR", "newPassword"));
    const operators = await change(client, { currentPassword: { $ne: "" }, newPassword: { $ne: "" } });
    expect(operators).toMatchObject(problem("VALIDATION_ERROR", "currentPassword"));
    expect(operators).toMatchObject(problem("VALIDATION_ERROR", "newPassword"));
  });
});

describe("a name", () => {
  const rename = (client: ReturnType<typeof clientOf>, body: unknown) =>
    client.send<Session["user"]>("PATCH", "/api/users/me", {
      body: JSON.stringify(body),
      headers: { "content-type": "application/json" },
    });

  it("is changed, and nothing else [route PATCH /api/users/me: works] [route GET /api/users/me: works]", async () => {
    const session = await signIn((await account()).email);
    const renamed = await rename(session.client, { name: " Åsa ", role: "ADMIN", email: "x@ticketflow.dev" });
    expect(renamed).toMatchObject({ status: 200, body: { ...session.user, name: "Åsa" } });
    expect((await session.client.get("/api/users/me")).body).toEqual(renamed.body);
    expect((await refresh(session.refreshToken)).body.user.name).toBe("Åsa");
  });

  it.each([{}, { name: "A" }, { name: { $gt: "" } }, { name: "A\0B" }])(
    "is not changed to %j [route PATCH /api/users/me: bad input]",
    async (body) => {
      const { client } = await signIn((await account()).email);
      expect(await rename(client, body)).toMatchObject(problem("VALIDATION_ERROR", "name"));
    },
  );

  it("is not that of an account that there is not", async () => {
    expect(await rename(await someone(), { name: "Nobody" })).toMatchObject(problem("UNAUTHENTICATED"));
  });
});

describe("a role", () => {
  it("is changed at once: tokens of the old one hold no more [route PUT /api/users/{id}/role: works]", async () => {
    const { id, email } = await account();
    const before = await signIn(email);
    expect((await before.client.get("/api/bookings/my")).status).toBe(200);
    const changed = await admin.put(`/api/users/${id}/role`, { role: "ORGANISER" });
    expect(changed).toMatchObject({ status: 200, body: { id, role: "ORGANISER" } });
    expect(await before.client.get("/api/bookings/my")).toMatchObject(problem("UNAUTHENTICATED"));
    expect(await refresh(before.refreshToken)).toMatchObject(problem("INVALID_REFRESH_TOKEN"));
    const after = await signIn(email);
    expect(after.user.role).toBe("ORGANISER");
    expect(await after.client.post("/api/venues", {})).toMatchObject(problem("VALIDATION_ERROR"));
  });

  it.each([undefined, "ROOT", "admin", { $ne: "" }, ["ADMIN"], null])(
    "is not %j [route PUT /api/users/{id}/role: bad input]",
    async (role) => {
      const answer = await admin.put(`/api/users/${admin.identity.userId}/role`, { role });
      expect(answer).toMatchObject(problem("VALIDATION_ERROR", "role"));
    },
  );

  it("is given to nobody unknown, and never to oneself [route PUT /api/users/{id}/role: bad input]", async () => {
    const unknown = await admin.put("/api/users/usr_unknown/role", { role: "USER" });
    expect(unknown).toMatchObject(problem("USER_NOT_FOUND"));
    const own = await admin.put(`/api/users/${admin.identity.userId}/role`, { role: "USER" });
    expect(own).toMatchObject(problem("FORBIDDEN"));
  });

  it.each(ROLES.filter((role) => role !== "ADMIN"))("is given by nobody who is %s", async (role) => {
    const caller = await someone(role);
    const { id } = await account();
    for (const one of [id, caller.identity.userId]) {
      const answer = await caller.put(`/api/users/${one}/role`, { role: "ADMIN" });
      expect(answer).toMatchObject(problem("FORBIDDEN"));
    }
  });
});
