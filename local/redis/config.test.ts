import { expect, it } from "vitest";
import { readConfig } from "./config.ts";

const env = { PORT: "5485", REDIS_REST_TOKEN: "t" };

it("is in memory, unless REDIS_URL names a server", () => {
  expect(readConfig(env)).toEqual({ port: 5485, host: "127.0.0.1", token: "t" });
  expect(readConfig({ ...env, REDIS_URL: "" })).not.toHaveProperty("redisUrl");
  for (const REDIS_URL of ["redis://127.0.0.1:6379", "rediss://user:secret@redis.example:6380/2"])
    expect(readConfig({ ...env, REDIS_URL })).toMatchObject({ redisUrl: REDIS_URL });
});

it.each(["localhost:6379", "http://secret@redis.example", "redis"])(
  "does not take %o, nor repeat it",
  (REDIS_URL) => {
    expect(() => readConfig({ ...env, REDIS_URL })).toThrow(
      /^REDIS_URL must be redis:\/\/user:password@host:port/,
    );
    expect(() => readConfig({ ...env, REDIS_URL })).not.toThrow(/secret|localhost/);
  },
);
