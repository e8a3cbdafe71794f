import { expect, it } from "vitest";
import { type CircuitBreakerOptions, CircuitOpen, circuitBreaker } from "./circuit-breaker.ts";

const COOL_DOWN_MS = 1_000;

function rig(options: Partial<CircuitBreakerOptions> = {}) {
  const told: string[] = [];
  let now = 0;
  const guarded = circuitBreaker({
    clock: () => now,
    coolDownMs: COOL_DOWN_MS,
    onOpen: (failure) => told.push(`open: ${(failure as Error).message}`),
    onClose: () => told.push("closed"),
    ...options,
  });
  return {
    guarded,
    told,
    pass: (ms: number) => {
      now += ms;
    },
  };
}

const fine = async () => "fine";
const broken = async () => {
  throw new Error("broken");
};
const mustNotRun = async () => {
  throw new Error("was called");
};

it("makes no call for the cool-down after a failure", async () => {
  const { guarded, pass, told } = rig();
  await expect(guarded(fine)).resolves.toBe("fine");
  await expect(guarded(broken)).rejects.toThrow("broken");
  pass(COOL_DOWN_MS - 1);
  await expect(guarded(mustNotRun)).rejects.toThrow(CircuitOpen);
  expect(told).toEqual(["open: broken"]);
});

it("closes when the call after the cool-down succeeds, and tells each change once", async () => {
  const { guarded, pass, told } = rig();
  await expect(guarded(broken)).rejects.toThrow("broken");
  pass(COOL_DOWN_MS);
  await expect(guarded(broken)).rejects.toThrow("broken");
  await expect(guarded(mustNotRun)).rejects.toThrow(CircuitOpen);
  pass(COOL_DOWN_MS);
  await expect(guarded(fine)).resolves.toBe("fine");
  await expect(guarded(fine)).resolves.toBe("fine");
  expect(told).toEqual(["open: broken", "closed"]);
});

it("makes one call when half open, and another one a cool-down later when that was never settled", async () => {
  const { guarded, pass } = rig();
  await expect(guarded(broken)).rejects.toThrow("broken");
  pass(COOL_DOWN_MS);
  void guarded(() => new Promise(() => {})); // Cut off with its request.
  await expect(guarded(mustNotRun)).rejects.toThrow(CircuitOpen);
  pass(COOL_DOWN_MS);
  await expect(guarded(fine)).resolves.toBe("fine");
});

it("stays open when a call from before the opening succeeds late", async () => {
  const { guarded, told } = rig();
  const { promise, resolve } = Promise.withResolvers<string>();
  const late = guarded(() => promise);
  await expect(guarded(broken)).rejects.toThrow("broken");
  resolve("late");
  await expect(late).resolves.toBe("late");
  await expect(guarded(mustNotRun)).rejects.toThrow(CircuitOpen);
  expect(told).toEqual(["open: broken"]);
});

it("opens after as many failures in a row as it is told, and counts anew after an answer", async () => {
  const { guarded, told } = rig({ threshold: 2 });
  await expect(guarded(broken)).rejects.toThrow("broken");
  await expect(guarded(fine)).resolves.toBe("fine");
  await expect(guarded(broken)).rejects.toThrow("broken");
  await expect(guarded(fine)).resolves.toBe("fine");
  expect(told).toEqual([]);
  await expect(guarded(broken)).rejects.toThrow("broken");
  await expect(guarded(broken)).rejects.toThrow("broken");
  await expect(guarded(mustNotRun)).rejects.toThrow(CircuitOpen);
});

it("takes a refusal for an answer: it never opens, and it closes when half open", async () => {
  const refused = async () => {
    throw new RangeError("refused");
  };
  const { guarded, pass, told } = rig({ isFailure: (thrown) => !(thrown instanceof RangeError) });
  await expect(guarded(refused)).rejects.toThrow("refused");
  await expect(guarded(broken)).rejects.toThrow("broken");
  pass(COOL_DOWN_MS);
  await expect(guarded(refused)).rejects.toThrow("refused");
  await expect(guarded(fine)).resolves.toBe("fine");
  expect(told).toEqual(["open: broken", "closed"]);
});

it("waits twice as long after each call that fails after a cool-down, up to a limit, and begins anew once closed", async () => {
  const { guarded, pass } = rig({ longestCoolDownMs: 3 * COOL_DOWN_MS });
  await expect(guarded(broken)).rejects.toThrow("broken");
  for (const coolDowns of [1, 2, 3, 3]) {
    pass(coolDowns * COOL_DOWN_MS - 1);
    await expect(guarded(mustNotRun)).rejects.toThrow(CircuitOpen);
    pass(1);
    await expect(guarded(broken)).rejects.toThrow("broken");
  }
  pass(3 * COOL_DOWN_MS);
  await expect(guarded(fine)).resolves.toBe("fine");
  await expect(guarded(broken)).rejects.toThrow("broken");
  pass(COOL_DOWN_MS);
  await expect(guarded(fine)).resolves.toBe("fine");
});

it("is not held open by calls from before the opening that fail late", async () => {
  const { guarded, pass } = rig();
  const { promise, reject } = Promise.withResolvers<string>();
  const late = guarded(() => promise);
  await expect(guarded(broken)).rejects.toThrow("broken");
  pass(COOL_DOWN_MS - 1);
  reject(new Error("late"));
  await expect(late).rejects.toThrow("late");
  pass(1);
  await expect(guarded(fine)).resolves.toBe("fine");
});

it("draws half of each cool-down, so that those who failed together do not ask together", async () => {
  const draws = [0, 0.5];
  const { guarded, pass } = rig({ longestCoolDownMs: 4 * COOL_DOWN_MS, random: () => draws.shift()! });
  await expect(guarded(broken)).rejects.toThrow("broken");
  pass(COOL_DOWN_MS / 2);
  await expect(guarded(broken)).rejects.toThrow("broken");
  pass(1.5 * COOL_DOWN_MS - 1);
  await expect(guarded(mustNotRun)).rejects.toThrow(CircuitOpen);
  pass(1);
  await expect(guarded(fine)).resolves.toBe("fine");
});
