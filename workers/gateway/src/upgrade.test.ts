import { Hono } from "hono";
import { expect, it } from "vitest";
import { Problem } from "#shared/errors/problem.ts";
import type { GatewayHono } from "./env.ts";
import { upgradeHeaders } from "./upgrade.ts";

const app = new Hono<GatewayHono>();
app.get("/", async (c) => c.json(await upgradeHeaders(c)));
app.onError((error, c) => c.text(error instanceof Problem ? error.code : String(error), 400));

const environment = {
  GATEWAY_PRIVATE_KEY: "{}",
  UPSTASH_REDIS_REST_URL: "http://redis.test",
  UPSTASH_REDIS_REST_TOKEN: "token",
  CORS_ORIGINS: "https://tickets.test,https://www.tickets.test",
  CLIENT_ADDRESS_HEADER: "cf-connecting-ip",
};
const asked = async (headers: Record<string, string>, changes: object = {}) => {
  const answer = await app.request("/", { headers }, { ...environment, ...changes });
  return answer.ok ? answer.json() : answer.text();
};
const UPGRADE = { upgrade: "WebSocket" };

it.each([
  ["of ours", "https://www.tickets.test", {}, { upgrade: "websocket" }],
  ["of anybody, where all may", "https://other.test", { CORS_ORIGINS: "*" }, { upgrade: "websocket" }],
  ["of another", "https://other.test", {}, "ORIGIN_NOT_ALLOWED"],
  ["of a file", "null", {}, "ORIGIN_NOT_ALLOWED"],
])("a page %s connects, or does not", async (_, origin, changes, expected) => {
  const answer = await asked({ ...UPGRADE, origin }, changes);
  if (typeof expected === "string") expect(answer).toBe(expected);
  else expect(answer).toMatchObject(expected);
});

it("says by a name that does not tell it which network a connection comes from, where somebody knows", async () => {
  const of = (address: string, changes: object = {}) =>
    asked({ ...UPGRADE, "cf-connecting-ip": address }, changes) as Promise<Record<string, string>>;
  const [one, same, other] = [await of("2001:db8::1"), await of("2001:db8::2"), await of("203.0.113.7")];
  expect(one["x-client-network"]).toMatch(/^[0-9a-f]{32}$/);
  expect(same).toEqual(one);
  expect(other).not.toEqual(one);
  expect(await of("203.0.113.7", { CLIENT_ADDRESS_HEADER: "none" })).toEqual({ upgrade: "websocket" });
});

it("is no upgrade without the header", async () => {
  expect(await asked({})).toBe("UPGRADE_REQUIRED");
});
