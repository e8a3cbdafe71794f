import { describe, expect, it } from "vitest";
import { z } from "zod";
import { ConfigurationError, environment, kafkaVariables, redisVariables } from "./environment.ts";

describe("environment", () => {
  it("names every variable that is missing or malformed, and shows no value", () => {
    const env = { KAFKA_REST_URL: "not-an-address", KAFKA_REST_PASSWORD: "hunter2" };
    const read = () => environment(env, z.object(kafkaVariables));
    expect(read).toThrow(ConfigurationError);
    expect(read).toThrow(/KAFKA_REST_URL.*KAFKA_REST_USERNAME/);
    expect(read).not.toThrow(/hunter2/);
  });

  it("reads an environment once", () => {
    const env = { KAFKA_REST_URL: "http://127.0.0.1:1", KAFKA_REST_USERNAME: "u", KAFKA_REST_PASSWORD: "p" };
    const schema = z.object(kafkaVariables);
    expect(environment(env, schema)).toBe(environment(env, schema));
  });

  it.each([
    ["UPSTASH_REDIS_REST_TOKEN", { UPSTASH_REDIS_REST_URL: "http://127.0.0.1:1" }],
    ["UPSTASH_REDIS_REST_URL", { UPSTASH_REDIS_REST_TOKEN: "hunter2" }],
  ])("names %s when its other half alone is there", (absent, env) => {
    const read = () => environment(env, z.object(redisVariables));
    expect(read).toThrow(`${absent}: missing beside`);
    expect(read).not.toThrow(/hunter2/);
  });

  it("takes both halves of a pair, neither, and half a pair that the Worker does not read", () => {
    const both = { UPSTASH_REDIS_REST_URL: "http://127.0.0.1:1", UPSTASH_REDIS_REST_TOKEN: "t" };
    expect(environment(both, z.object(redisVariables))).toEqual(both);
    expect(environment({}, z.object(redisVariables))).toEqual({});
    expect(environment({ UPSTASH_REDIS_REST_URL: "http://127.0.0.1:1" }, z.object({}))).toEqual({});
  });
});
