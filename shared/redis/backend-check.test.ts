import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { askBackends } from "../http/health.ts";
import { redisBackends } from "./backend-check.ts";

const server = createServer((request, response) => {
  const isKnown = request.headers.authorization === "Bearer right";
  response.writeHead(isKnown ? 200 : 401).end(isKnown ? '{"result":"PONG"}' : '{"error":"WRONGPASS"}');
});
beforeAll(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
afterAll(() => new Promise((resolve) => server.close(resolve)));

const stateWith = async (token: string) => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const checks = redisBackends({ UPSTASH_REDIS_REST_URL: url, UPSTASH_REDIS_REST_TOKEN: token });
  return askBackends(checks, () => 0);
};

it("is up when Redis answers, each time anew, and optional", async () => {
  const backend = { name: "redis", latencyMs: 0, optional: true };
  expect(await stateWith("wrong")).toEqual([{ ...backend, state: "down" }]);
  expect(await stateWith("right")).toEqual([{ ...backend, state: "up" }]);
});

it("is no backend where none is configured", () => {
  expect(redisBackends({})).toEqual([]);
});
