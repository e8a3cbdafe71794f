import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Late, within } from "./within.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it("gives what comes in time, good or bad, and leaves no timer behind", async () => {
  expect(await within(1_000, Promise.resolve("there"))).toBe("there");
  await expect(within(1_000, Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(vi.getTimerCount()).toBe(0);
});

it("waits no longer than its limit", async () => {
  const waiting = within(1_000, new Promise(() => {}));
  const outcome = waiting.then(
    () => "came",
    (error: unknown) => error,
  );
  await vi.advanceTimersByTimeAsync(999);
  expect(vi.getTimerCount()).toBe(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(await outcome).toBeInstanceOf(Late);
});
