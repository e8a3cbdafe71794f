import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { hashPassword } from "#shared/auth/password.ts";
import { REVOKED, sessionKey } from "#shared/auth/revocation.ts";
import { newId } from "#shared/ids/id.ts";
import { get } from "#shared/redis/commands.ts";
import { beginSession } from "../../workers/users/src/use-cases/begin-session.ts";
import { changePassword } from "../../workers/users/src/use-cases/change-password.ts";
import { changeRole } from "../../workers/users/src/use-cases/change-role.ts";
import { login } from "../../workers/users/src/use-cases/login.ts";
import { logout } from "../../workers/users/src/use-cases/logout.ts";
import { refresh } from "../../workers/users/src/use-cases/refresh.ts";
import { sweep } from "../../workers/users/src/use-cases/sweep.ts";
import { HOUR_MS, startUsers, type Users } from "./world.ts";

let users: Users;
beforeAll(async () => {
  users = await startUsers();
}, 60_000);
afterAll(() => users.close());
beforeEach(() => {
  users.world.redisIsDown = false;
});

const inRedis = (sessionId: string) => users.deps.redis.run(get(sessionKey(sessionId)));
const isRevoked = (sessionId: string) => users.deps.sessions.isRevoked(sessionId);
const refused = { code: "INVALID_REFRESH_TOKEN" };

describe("a refresh token", () => {
  it("is traded for the next one, and an access token of the same session", async () => {
    const account = await users.account();
    const first = await users.session(account);
    users.world.now += HOUR_MS;
    const second = await refresh(users.deps, first.refreshToken);
    expect(second.refreshToken).not.toBe(first.refreshToken);
    expect(await users.callerOf(second.token)).toMatchObject({ userId: account.id, sessionId: first.id });
    expect((await refresh(users.deps, second.refreshToken)).account.id).toBe(account.id);
  });

  it("used twice ends its session, for the thief and for the owner", async () => {
    const first = await users.session(await users.account());
    const second = await refresh(users.deps, first.refreshToken);
    await expect(refresh(users.deps, first.refreshToken)).rejects.toMatchObject(refused);
    await expect(refresh(users.deps, second.refreshToken)).rejects.toMatchObject(refused);
    expect(await isRevoked(first.id)).toBe(true);
    expect(await inRedis(first.id)).toBe(REVOKED);
  });

  it("used by many at once is traded at most once, and its session is over", async () => {
    const first = await users.session(await users.account());
    const tries = await Promise.allSettled(
      Array.from({ length: 8 }, () => refresh(users.deps, first.refreshToken)),
    );
    expect(tries.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await isRevoked(first.id)).toBe(true);
  });

  it("of a session that is over, an expired one and an unknown one are refused alike", async () => {
    const [ended, expired] = [
      await users.session(await users.account()),
      await users.session(await users.account()),
    ];
    await logout(users.deps, ended.id);
    await expect(refresh(users.deps, ended.refreshToken)).rejects.toMatchObject(refused);
    users.world.now += 24 * HOUR_MS;
    await expect(refresh(users.deps, expired.refreshToken)).rejects.toMatchObject(refused);
    await expect(refresh(users.deps, "never-issued")).rejects.toMatchObject(refused);
    // Time took it, no thief.
    expect(await isRevoked(expired.id)).toBe(false);
  });

  it("of one session does nothing to the others of its account", async () => {
    const account = await users.account();
    const [mine, other] = [await users.session(account), await users.session(account)];
    await refresh(users.deps, mine.refreshToken);
    await expect(refresh(users.deps, mine.refreshToken)).rejects.toMatchObject(refused);
    expect(await isRevoked(other.id)).toBe(false);
    await refresh(users.deps, other.refreshToken);
  });
});

describe("a change of password", () => {
  const withPassword = async () => users.account({ passwordHash: await hashPassword("Before1234") });
  const change = { currentPassword: "Before1234", newPassword: "After12345" };

  it("ends the other sessions, and keeps the one that it comes from", async () => {
    const account = await withPassword();
    const [mine, other] = [await users.session(account), await users.session(account)];
    await changePassword(users.deps, await users.callerOf(mine.token), change);
    expect([await isRevoked(mine.id), await isRevoked(other.id)]).toEqual([false, true]);
    expect([await inRedis(mine.id), await inRedis(other.id)]).toEqual([null, REVOKED]);
    const { email } = account;
    await expect(login(users.deps, { email, password: "Before1234" })).rejects.toMatchObject({
      code: "INVALID_CREDENTIALS",
    });
    expect((await login(users.deps, { email, password: "After12345" })).account.id).toBe(account.id);
  });

  it("is refused without the current password, and for an account that has none", async () => {
    const [account, without] = [await withPassword(), await users.account({ passwordHash: null })];
    for (const one of [account, without]) {
      const session = await users.session(one);
      const caller = await users.callerOf(session.token);
      const wrong = { ...change, currentPassword: "Wrong1234" };
      await expect(changePassword(users.deps, caller, wrong)).rejects.toMatchObject({
        code: "INVALID_CREDENTIALS",
      });
    }
    await expect(login(users.deps, { email: without.email, password: "none" })).rejects.toMatchObject({
      code: "INVALID_CREDENTIALS",
    });
  });

  it("made twice at once holds once, and ends nobody's session twice", async () => {
    const account = await withPassword();
    const caller = await users.callerOf((await users.session(account)).token);
    const both = await Promise.allSettled([
      changePassword(users.deps, caller, { ...change, newPassword: "First12345" }),
      changePassword(users.deps, caller, { ...change, newPassword: "Second12345" }),
    ]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  });

  it("lets no sign-in through that had checked the old password before it", async () => {
    const account = await withPassword();
    const caller = await users.callerOf((await users.session(account)).token);
    await changePassword(users.deps, caller, change);
    expect(await beginSession(users.deps, account)).toBeNull();
  });
});

describe("a change of role", () => {
  const admin = {
    userId: "usr_admin",
    role: "ADMIN",
    email: "a@ticketflow.dev",
    name: "Admin",
    sessionId: "ses_a",
  } as const;

  it("ends every session, and the next sign-in has the new role", async () => {
    const account = await users.account();
    const before = await users.session(account);
    expect(await changeRole(users.deps, admin, account.id, "ORGANISER")).toMatchObject({ role: "ORGANISER" });
    expect(await inRedis(before.id)).toBe(REVOKED);
    await expect(refresh(users.deps, before.refreshToken)).rejects.toMatchObject(refused);
    // What was read before the change begins nothing after it.
    expect(await beginSession(users.deps, account)).toBeNull();
    const after = await users.session((await users.deps.accounts.byId(account.id))!);
    expect(await users.callerOf(after.token)).toMatchObject({ role: "ORGANISER" });
  });

  it("to the role that there is ends nothing; one's own and an unknown account's are refused", async () => {
    const account = await users.account();
    const session = await users.session(account);
    await changeRole(users.deps, admin, account.id, "USER");
    expect(await isRevoked(session.id)).toBe(false);
    const self = { ...admin, userId: account.id };
    await expect(changeRole(users.deps, self, account.id, "ADMIN")).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
    // The last is one that Postgres takes for no text at all.
    for (const unknown of [newId("usr", Date.now()), "usr_none", "\u0000"]) {
      await expect(changeRole(users.deps, admin, unknown, "ADMIN")).rejects.toMatchObject({
        code: "USER_NOT_FOUND",
      });
    }
  });
});

describe("the fast copy of revocations", () => {
  it("gets from the sweep what it missed, once it is back", async () => {
    const session = await users.session(await users.account());
    users.world.redisIsDown = true;
    await logout(users.deps, session.id);
    expect(await isRevoked(session.id)).toBe(true);
    await sweep(users.deps);
    users.world.redisIsDown = false;
    expect(await inRedis(session.id)).toBeNull();
    await sweep(users.deps);
    expect(await inRedis(session.id)).toBe(REVOKED);
    expect(await users.deps.sessions.uncopied(10)).toEqual([]);
  });

  it("holds a revocation until the last access token has expired", async () => {
    const session = await users.session(await users.account());
    await logout(users.deps, session.id);
    users.world.now += HOUR_MS;
    expect(await inRedis(session.id)).toBe(REVOKED);
    users.world.now += HOUR_MS;
    expect(await inRedis(session.id)).toBeNull();
  });
});

it("the sweep forgets expired tokens, and sessions whose last access token has expired", async () => {
  const session = await users.session(await users.account());
  await logout(users.deps, session.id);
  const client = await users.connect();
  const left = async () => {
    const { rows } = await client.query(
      "select (select count(*)::int from refresh_token where family_id = $1) as tokens, (select count(*)::int from session where id = $1) as sessions",
      [session.id],
    );
    return rows[0];
  };
  users.world.now += 24 * HOUR_MS + 1;
  await sweep(users.deps);
  expect(await left()).toEqual({ tokens: 0, sessions: 1 });
  users.world.now += 2 * HOUR_MS;
  await sweep(users.deps);
  expect(await left()).toEqual({ tokens: 0, sessions: 0 });
  await client.end();
});
