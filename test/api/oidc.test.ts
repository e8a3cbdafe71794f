import { describe, expect, it } from "vitest";
import { Browser } from "../support/browser.ts";
import { clientOf, problem } from "../support/client.ts";
import { anyone, config, url } from "../support/world.ts";

interface Session {
  token: string;
  refreshToken: string;
  user: { id: string; email: string; name: string; role: string };
}

/** Where providers send browsers back to: the gateway by its name, not by its address. */
const site = `http://localhost:${config.ports.gateway}`;
const COOKIE = "ticketflow_oidc";
const newEmail = () => `oidc-${crypto.randomUUID()}@ticketflow.dev`;
const isCallback = (address: string) => address.startsWith(`${site}/api/users/oidc/test/callback`);

/** Signs in at the provider as somebody. @returns the address that the provider sends the browser back to */
async function callbackFor(browser: Browser, accountId: string): Promise<string> {
  const begun = await browser.get(`${site}/api/users/oidc/test/authorize`);
  expect(begun.status).toBe(302);
  const address = new URL(begun.headers.get("location") ?? "");
  // What a person would do on the provider's page.
  address.searchParams.set("login_hint", accountId);
  return browser.follow(address.href, isCallback);
}

async function answer(browser: Browser, address: string) {
  const response = await browser.get(address);
  return { status: response.status, headers: response.headers, body: (await response.json()) as Session };
}

async function signIn(accountId: string, browser = new Browser()) {
  return answer(browser, await callbackFor(browser, accountId));
}

describe("signing in with a provider", () => {
  it("makes an account, and finds it again [route GET /api/users/oidc/{provider}/callback: works]", async () => {
    const email = newEmail();
    const first = await signIn(email);
    expect(first.status).toBe(200);
    expect(first.headers.get("cache-control")).toBe("no-store");
    expect(first.body.user).toMatchObject({ email, name: "Provider's Person", role: "USER" });
    const second = await signIn(email);
    expect(second.body.user).toEqual(first.body.user);
    const me = await clientOf(url, second.body.token).get("/api/users/me");
    expect(me).toMatchObject({ status: 200, body: first.body.user });
    const { refreshToken } = second.body;
    expect((await anyone.post("/api/users/refresh", { refreshToken })).status).toBe(200);
    // It has no password, so none is right.
    for (const password of ["none", "null", "Test1234!"]) {
      const tried = await anyone.post("/api/users/login", { email, password });
      expect(tried).toMatchObject(problem("INVALID_CREDENTIALS"));
    }
  });

  it("sends the browser there with state, nonce and PKCE [route GET /api/users/oidc/{provider}/authorize: works]", async () => {
    const { status, headers } = await anyone.get("/api/users/oidc/test/authorize");
    expect(status).toBe(302);
    const { searchParams } = new URL(headers.get("location") ?? "");
    expect(Object.fromEntries(searchParams)).toMatchObject({
      response_type: "code",
      client_id: "ticketflow",
      redirect_uri: `${site}/api/users/oidc/test/callback`,
      code_challenge_method: "S256",
      state: expect.stringMatching(/.{32,}/),
      nonce: expect.stringMatching(/.{32,}/),
      code_challenge: expect.stringMatching(/.{32,}/),
    });
    const cookie = headers.get("set-cookie") ?? "";
    expect(cookie).toMatch(/; HttpOnly/);
    expect(cookie).toMatch(/; SameSite=Lax/);
    expect(cookie).toMatch(/; Max-Age=600/);
    for (const secret of ["state", "nonce"]) expect(cookie).not.toContain(searchParams.get(secret));
  });

  it("links the account of a verified email, whose password and sessions end", async () => {
    const email = newEmail();
    const credentials = { email, password: "Secret1234" };
    const made = await anyone.post<{ id: string }>("/api/users/register", { name: "Before", ...credentials });
    const before = await anyone.post<Session>("/api/users/login", credentials);
    const linked = await signIn(email);
    expect(linked.body.user).toMatchObject({ id: made.body.id, name: "Before" });
    expect(await anyone.post("/api/users/login", credentials)).toMatchObject(problem("INVALID_CREDENTIALS"));
    const stale = clientOf(url, before.body.token);
    expect(await stale.get("/api/bookings/my")).toMatchObject(problem("UNAUTHENTICATED"));
  });

  it("makes one account when somebody new comes twice at once", async () => {
    const email = newEmail();
    const both = await Promise.all([signIn(email), signIn(email)]);
    expect(both.map(({ status }) => status)).toEqual([200, 200]);
    expect(both[0].body.user.id).toBe(both[1].body.user.id);
  });
});

describe("a sign-in is refused [route GET /api/users/oidc/{provider}/callback: bad input]", () => {
  it("with an email that is not verified, whether it has an account or not", async () => {
    const email = newEmail();
    expect(await signIn(`unverified:${email}`)).toMatchObject(problem("EMAIL_NOT_VERIFIED"));
    await anyone.post("/api/users/register", { name: "Owner", email, password: "Secret1234" });
    expect(await signIn(`unverified:${email}`)).toMatchObject(problem("EMAIL_NOT_VERIFIED"));
  });

  it("without an email", async () => {
    expect(await signIn(`nameless:${crypto.randomUUID()}`)).toMatchObject(problem("SIGN_IN_FAILED"));
  });

  it("with another state", async () => {
    const browser = new Browser();
    const address = new URL(await callbackFor(browser, newEmail()));
    address.searchParams.set("state", "another");
    expect(await answer(browser, address.href)).toMatchObject(problem("SIGN_IN_FAILED"));
  });

  it("with the code of another's sign-in: cookie and code do not belong together", async () => {
    const [mine, theirs] = [new Browser(), new Browser()];
    await callbackFor(mine, newEmail());
    const stolen = await callbackFor(theirs, newEmail());
    expect(await answer(mine, stolen)).toMatchObject(problem("SIGN_IN_FAILED"));
  });

  it("with a code that was used, even with its cookie", async () => {
    const browser = new Browser();
    const address = await callbackFor(browser, newEmail());
    const cookie = browser.cookie(site, COOKIE) ?? "";
    expect((await answer(browser, address)).status).toBe(200);
    expect(browser.cookie(site, COOKIE)).toBeUndefined();
    expect(await answer(browser, address)).toMatchObject(problem("SIGN_IN_FAILED"));
    browser.setCookie(site, COOKIE, cookie);
    expect(await answer(browser, address)).toMatchObject(problem("SIGN_IN_FAILED"));
  });

  it("with a changed cookie, a made-up one, and none", async () => {
    const browser = new Browser();
    const address = await callbackFor(browser, newEmail());
    const cookie = browser.cookie(site, COOKIE) ?? "";
    const middle = Math.floor(cookie.length / 2);
    const changed = cookie.slice(0, middle) + (cookie[middle] === "A" ? "B" : "A") + cookie.slice(middle + 1);
    for (const value of [changed, "made-up", ""]) {
      browser.setCookie(site, COOKIE, value);
      expect(await answer(browser, address)).toMatchObject(problem("SIGN_IN_FAILED"));
    }
    expect(await answer(new Browser(), address)).toMatchObject(problem("SIGN_IN_FAILED"));
    // None of these used the code up.
    browser.setCookie(site, COOKIE, cookie);
    expect((await answer(browser, address)).status).toBe(200);
  });

  it("when the buyer says no at the provider", async () => {
    const browser = new Browser();
    const address = new URL(await callbackFor(browser, newEmail()));
    address.searchParams.delete("code");
    address.searchParams.set("error", "access_denied");
    expect(await answer(browser, address.href)).toMatchObject(problem("SIGN_IN_FAILED"));
  });
});

it("a provider that is down is a problem of its own, and one that there is not is not found [route GET /api/users/oidc/{provider}/authorize: bad input]", async () => {
  const down = await fetch(`${url}/api/users/oidc/gone/authorize`, { redirect: "manual" });
  expect(down.status).toBe(503);
  expect(await down.json()).toMatchObject({ code: "SERVICE_UNAVAILABLE" });
  for (const name of ["nobody", "__proto__", "constructor"]) {
    for (const way of ["authorize", "callback"]) {
      const answered = await anyone.get(`/api/users/oidc/${name}/${way}`);
      expect(answered).toMatchObject(problem("PROVIDER_NOT_FOUND"));
    }
  }
});

it("no other route sees the cookie or sets one", async () => {
  const { headers } = await anyone.get("/api/events", { cookie: `${COOKIE}=x; other=y` });
  expect(headers.get("set-cookie")).toBeNull();
});
