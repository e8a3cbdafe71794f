import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { sessionKey, VALID, VALID_MS } from "#shared/auth/revocation.ts";
import { auditRoutes } from "#shared/contracts/audits.ts";
import { bookingRoutes } from "#shared/contracts/bookings.ts";
import { deadLetterRoutes } from "#shared/contracts/dead-letters.ts";
import { publicRoutes } from "#shared/contracts/openapi.ts";
import { paymentRoutes } from "#shared/contracts/payments.ts";
import { seatsAtRoute } from "#shared/contracts/seats-at.ts";
import { Unavailable } from "#shared/errors/problem.ts";
import { del, get } from "#shared/redis/commands.ts";
import { failsClosed, isRevoked } from "../../workers/gateway/src/revocation.ts";
import { logout } from "../../workers/users/src/use-cases/logout.ts";
import { startUsers, type Users } from "./world.ts";

let users: Users;
let usersIsDown: boolean;
let asked: number;
let pending: Promise<unknown>[];
beforeAll(async () => {
  users = await startUsers();
}, 60_000);
afterAll(() => users.close());
beforeEach(() => {
  users.world.redisIsDown = false;
  usersIsDown = false;
  asked = 0;
  pending = [];
});

/** The gateway's check, against users' own answer; what it does after the answer is awaited. */
async function check(sessionId: string, closed = true): Promise<boolean> {
  const rpc = {
    isSessionRevoked(id: string) {
      asked += 1;
      return usersIsDown ? Promise.reject(new Error("gone")) : users.deps.sessions.isRevoked(id);
    },
  };
  const later = (work: Promise<unknown>) => void pending.push(work);
  const answer = await isRevoked({ redis: users.deps.redis, users: rpc, later }, sessionId, closed);
  await Promise.all(pending);
  return answer;
}
const newSession = async () => (await users.session(await users.account())).id;

describe("a session", () => {
  it("is asked of users once, and then of Redis alone", async () => {
    const id = await newSession();
    expect([await check(id), await check(id), await check(id)]).toEqual([false, false, false]);
    expect(asked).toBe(1);
    users.world.now += VALID_MS;
    expect(await check(id)).toBe(false);
    expect(asked).toBe(2);
  });

  it("is over from the moment that it is revoked, whatever Redis held before", async () => {
    const id = await newSession();
    expect(await check(id)).toBe(false);
    await logout(users.deps, id);
    expect(await check(id)).toBe(true);
    expect(asked).toBe(1);
  });

  it("stays over when Redis has lost everything", async () => {
    const id = await newSession();
    await logout(users.deps, id);
    await users.deps.redis.run(del([sessionKey(id)]));
    expect([await check(id), await check(id, false)]).toEqual([true, true]);
  });

  it("that was found valid while it was being revoked does not come back to life", async () => {
    const id = await newSession();
    const [found, held] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const rpc = {
      async isSessionRevoked(one: string) {
        const answer = await users.deps.sessions.isRevoked(one);
        found.resolve();
        await held.promise;
        return answer;
      },
    };
    const deps = {
      redis: users.deps.redis,
      users: rpc,
      later: (work: Promise<unknown>) => void pending.push(work),
    };
    const slow = isRevoked(deps, id, true);
    await found.promise;
    await logout(users.deps, id);
    held.resolve();
    expect(await slow).toBe(false);
    await Promise.all(pending);
    expect(await users.deps.redis.run(get(sessionKey(id)))).not.toBe(VALID);
    expect(await check(id)).toBe(true);
  });

  it("is asked of users while Redis is down", async () => {
    const [over, valid] = [await newSession(), await newSession()];
    users.world.redisIsDown = true;
    await logout(users.deps, over);
    expect([await check(over), await check(valid)]).toEqual([true, false]);
    expect([await check(over, false), await check(valid, false)]).toEqual([true, false]);
  });

  it("of which nobody can say anything is turned away where that is closed, and let through elsewhere", async () => {
    const id = await newSession();
    users.world.redisIsDown = true;
    usersIsDown = true;
    await expect(check(id)).rejects.toBeInstanceOf(Unavailable);
    expect(await check(id, false)).toBe(false);
  });
});

it("booking, payment and operators' routes are closed, and whatever changes something", () => {
  const closed = [...bookingRoutes, ...paymentRoutes, ...deadLetterRoutes, ...auditRoutes, seatsAtRoute];
  const routes = closed.map((route) => failsClosed(route as never));
  expect(new Set(routes)).toEqual(new Set([true]));
  const open = publicRoutes.filter((route) => route.meta.access !== "public" && !failsClosed(route));
  expect(new Set(open.map(({ method }) => method))).toEqual(new Set(["get"]));
  expect(open.map(({ path }) => path)).toContain("/api/users/me");
});
