import { describe, expect, it } from "vitest";
import { readConsoleConfig } from "./config.ts";
import { refusalOf } from "./guard.ts";
import { HIDDEN, withoutSecrets } from "./stores/secrecy.ts";

const refused = (method: string, headers: Record<string, string>) =>
  refusalOf(method, new Headers(headers)) !== null;

describe("who may ask the console", () => {
  it.each(["localhost:8788", "127.0.0.1:8788", "[::1]:8788", "localhost"])("is who asks for %s", (host) => {
    expect(refused("GET", { host })).toBe(false);
    expect(refused("POST", { host, origin: `http://${host}` })).toBe(false);
  });

  it.each(["", "example.com", "example.com:8788", "localhost.example.com:8788", "127.0.0.1.example.com"])(
    "is nobody who asks for %j: another name may point here",
    (host) => expect(refused("GET", host === "" ? {} : { host })).toBe(true),
  );

  it.each([undefined, "null", "http://example.com", "http://localhost:8787", "https://localhost:8788"])(
    "may not change anything from %s",
    (origin) => {
      const headers = { host: "localhost:8788", ...(origin === undefined ? {} : { origin }) };
      expect(refused("POST", headers)).toBe(true);
      expect(refused("DELETE", headers)).toBe(true);
    },
  );
});

describe("what the console shows of a document", () => {
  it("has no password, token or secret in it, however deep", () => {
    const shown = withoutSecrets({
      a: [{ clientSecret: "x", password_hash: "y" }],
      refreshToken: null,
      n: 1,
    });
    expect(shown).toEqual({ a: [{ clientSecret: HIDDEN, password_hash: HIDDEN }], refreshToken: null, n: 1 });
  });
});

describe("the console's variables", () => {
  const env = { PORT: "1", KAFKA_REST_URL: "u", KAFKA_REST_USERNAME: "n", KAFKA_REST_PASSWORD: "p" };

  it.each(["", "secret", "[1]", "null", '{"a":1}'])(
    "are refused by name, without their value: %j",
    (value) => {
      const read = () => readConsoleConfig({ ...env, MONGO_DATABASES: value, POSTGRES_DATABASES: "{}" });
      expect(read).toThrow(
        /^MONGO_DATABASES (is not set|is not JSON|must be an object of connection strings)$/,
      );
    },
  );
});
