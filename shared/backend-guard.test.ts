import { beforeEach, describe, expect, it } from "vitest";
import { type BackendGuard, type BackendGuardOptions, backendGuard, sharedGuard } from "./backend-guard.ts";
import { CircuitOpen } from "./circuit-breaker.ts";
import { Unavailable } from "./errors/problem.ts";
import type { LogFields } from "./observability/log.ts";

let now: number;
let logged: { level: string; message: string; fields: LogFields }[];
beforeEach(() => {
  now = 1_000;
  logged = [];
});

const note =
  (level: string) =>
  (message: string, fields: LogFields = {}) =>
    void logged.push({ level, message, fields });

const options = (): BackendGuardOptions => ({
  backend: "postgres",
  logger: { info: note("info"), warn: note("warn"), error: note("error") },
  clock: () => now,
  random: () => 1,
});

const out = async () => {
  throw new Unavailable("postgres", new Error("connection refused"));
};
const fail = async (guard: BackendGuard, times: number) => {
  for (let n = 0; n < times; n++) await expect(guard(out)).rejects.toThrow(Unavailable);
};
let calls = 0;
const call = async () => {
  calls += 1;
  return "answer";
};

describe("a backend behind its circuit breaker", () => {
  it("is not asked after five failures in a row: who asks hears at once that it is unavailable", async () => {
    const guard = backendGuard(options());
    await fail(guard, 4);
    expect(await guard(call)).toBe("answer");
    await fail(guard, 5);
    calls = 0;
    const refused = await guard(call).catch((error) => error);
    expect(refused).toBeInstanceOf(Unavailable);
    expect(refused).toMatchObject({ backend: "postgres", cause: expect.any(CircuitOpen) });
    expect(calls).toBe(0);
  });

  it("is found again 200 ms after it was away for a moment, and within 5 s after it was away for long", async () => {
    const guard = backendGuard(options());
    await fail(guard, 5);
    now += 200;
    expect(await guard(call)).toBe("answer");
    await fail(guard, 5);
    for (const ms of [200, 400, 800, 1_600, 3_200, 5_000, 5_000]) {
      now += ms - 1;
      calls = 0;
      await expect(guard(call)).rejects.toThrow(Unavailable);
      expect(calls).toBe(0);
      now += 1;
      await fail(guard, 1);
    }
    now += 5_000;
    expect(await guard(call)).toBe("answer");
  });

  it("is asked by one alone while it is not known whether it is back", async () => {
    const guard = backendGuard(options());
    await fail(guard, 5);
    now += 200;
    const { promise, resolve } = Promise.withResolvers<string>();
    const trial = guard(() => promise);
    calls = 0;
    const others = await Promise.allSettled(Array.from({ length: 20 }, () => guard(call)));
    expect(others.filter(({ status }) => status === "rejected")).toHaveLength(20);
    expect(calls).toBe(0);
    resolve("back");
    expect(await trial).toBe("back");
    expect(await guard(call)).toBe("answer");
  });

  it("is not out because it refuses: a unique violation is an answer, and ends an outage too", async () => {
    const guard = backendGuard(options());
    const refuse = async () => {
      throw Object.assign(new Error("duplicate key"), { code: "23505" });
    };
    for (let n = 0; n < 20; n++) await expect(guard(refuse)).rejects.toThrow("duplicate key");
    await fail(guard, 5);
    now += 200;
    await expect(guard(refuse)).rejects.toThrow("duplicate key");
    expect(await guard(call)).toBe("answer");
  });

  it("is one line in the log when it goes, with why, and one when it is back, with how long it was away", async () => {
    const guard = backendGuard(options());
    await fail(guard, 5);
    for (let n = 0; n < 50; n++) await expect(guard(call)).rejects.toThrow(Unavailable);
    now += 200;
    await fail(guard, 1);
    now += 400;
    await guard(call);
    await guard(call);
    expect(logged).toEqual([
      {
        level: "warn",
        message: "postgres is unavailable",
        fields: { error: "Error: connection refused" },
      },
      { level: "info", message: "postgres answers again", fields: { afterMs: 600 } },
    ]);
  });
});

it("is shared by all who ask the same address in an isolate, and by no others", async () => {
  const one = sharedGuard("db-1", options());
  await fail(one, 5);
  await expect(sharedGuard("db-1", options())(call)).rejects.toThrow(Unavailable);
  expect(await sharedGuard("db-2", options())(call)).toBe("answer");
  expect(await sharedGuard("db-1", { ...options(), backend: "kafka" })(call)).toBe("answer");
});
