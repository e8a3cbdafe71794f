import { describe, expect, it } from "vitest";
import { RESTART_WINDOW_MS, RestartPolicy } from "./restart-policy.ts";

describe("RestartPolicy", () => {
  it("doubles the pause, and gives up at the sixth death within the window", () => {
    const policy = new RestartPolicy(() => 1_000);
    expect(Array.from({ length: 6 }, () => policy.nextDelayMs())).toEqual([
      250,
      500,
      1_000,
      2_000,
      4_000,
      null,
    ]);
  });

  it("forgets what is older than the window", () => {
    let now = 0;
    const policy = new RestartPolicy(() => now);
    for (let n = 0; n < 5; n++) policy.nextDelayMs();
    now = RESTART_WINDOW_MS - 1;
    expect(policy.nextDelayMs()).toBeNull();
    now = RESTART_WINDOW_MS;
    expect(policy.nextDelayMs()).toBe(250);
  });
});
