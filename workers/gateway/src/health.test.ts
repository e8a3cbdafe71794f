import { describe, expect, it } from "vitest";
import type { BackendState, ServiceState } from "#shared/contracts/health.ts";
import { overallState } from "./health.ts";

const service = (state: "up" | "down", ...backends: BackendState[]): ServiceState => ({
  name: "a",
  state,
  latencyMs: 1,
  backends,
});
const needed = (state: "up" | "down"): BackendState => ({ name: "postgres", state, latencyMs: 1 });
const optional = (state: "up" | "down"): BackendState => ({
  name: "redis",
  state,
  latencyMs: 1,
  optional: true,
});

describe("the overall state", () => {
  it.each([
    ["up", [service("up", needed("up"), optional("up"))]],
    ["up", [service("up")]],
    ["degraded", [service("up", needed("up"), optional("down")), service("up", optional("down"))]],
    ["down", [service("up", needed("down"), optional("up")), service("up")]],
    ["down", [service("up", needed("down"), optional("down"))]],
    ["down", [service("down"), service("up", optional("up"))]],
    ["down", [service("down", optional("down"))]],
  ] as const)("is %s", (state, services) => {
    expect(overallState([...services])).toBe(state);
  });
});
