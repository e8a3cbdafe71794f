import { expect, it } from "vitest";
import { readConfig } from "./config.ts";

const env = { PORT: "8080", DATA_DIR: "data", KAFKA_REST_USERNAME: "u", KAFKA_REST_PASSWORD: "p" };

it("reads the environment", () => {
  expect(readConfig(env)).toEqual({
    port: 8080,
    host: "127.0.0.1",
    dataDir: "data",
    username: "u",
    password: "p",
  });
});

it.each(Object.keys(env))("names %s when it is missing", (name) => {
  expect(() => readConfig({ ...env, [name]: "" })).toThrow(name);
});

it.each([
  ["PORT", "http"],
  ["PORT", "65536"],
  ["HOST", "localhost"],
  ["KAFKA_REST_USERNAME", "a:b"],
])("names %s when it is %s", (name, value) => {
  expect(() => readConfig({ ...env, [name]: value })).toThrow(name);
});
