import { expect, it } from "vitest";
import { readConfig } from "./config.ts";

const env = { PORT: "5483", DATA_DIR: "d", KAFKA_REST_USERNAME: "u", KAFKA_REST_PASSWORD: "p" };

it("is the REST front's, and a port beside it", () => {
  const { kafkaRest, port } = readConfig({ ...env, PANDAPROXY_PORT: "5490" });
  expect([kafkaRest.port, port]).toEqual([5483, 5490]);
});

it("names the port when it is missing or malformed", () => {
  expect(() => readConfig(env)).toThrow("PANDAPROXY_PORT is not set");
  expect(() => readConfig({ ...env, PANDAPROXY_PORT: "x" })).toThrow(
    /^PANDAPROXY_PORT must be a whole number/,
  );
});
