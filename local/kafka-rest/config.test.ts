import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readConfig } from "./config.ts";
import { temporaryDirectory } from "./testing/temporary-directory.ts";

const front = { PORT: "8080", KAFKA_REST_USERNAME: "u", KAFKA_REST_PASSWORD: "p" };
const env = { ...front, DATA_DIR: "data" };

it("reads the environment", () => {
  expect(readConfig(env)).toEqual({
    port: 8080,
    host: "127.0.0.1",
    log: { dataDir: "data" },
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
  ["KAFKA_REST_USERNAME", "a:b"],
])("names %s when it is %s", (name, value) => {
  expect(() => readConfig({ ...env, [name]: value })).toThrow(name);
});

describe("over brokers", () => {
  const brokers = { ...front, KAFKA_BROKERS: "a.example:9092, b.example:9093" };
  const sasl = { KAFKA_SASL_MECHANISM: "plain", KAFKA_SASL_USERNAME: "k", KAFKA_SASL_PASSWORD: "s" };

  it("needs nothing but their addresses", () => {
    expect(readConfig({ ...brokers, DATA_DIR: "data" }).log).toEqual({
      brokers: {
        brokers: ["a.example:9092", "b.example:9093"],
        tls: undefined,
        sasl: undefined,
        replicationFactor: 1,
      },
    });
  });

  it("takes TLS with an authority of its own, a sign-in and a number of copies", () => {
    const file = join(temporaryDirectory(), "ca.pem");
    writeFileSync(file, "CERTIFICATE");
    const secured = { KAFKA_TLS: "true", KAFKA_TLS_CA_FILE: file, KAFKA_REPLICATION_FACTOR: "3" };
    const config = readConfig({ ...brokers, ...sasl, ...secured, KAFKA_SASL_MECHANISM: "SCRAM-SHA-512" });
    expect(config.log).toMatchObject({
      brokers: {
        tls: { ca: Buffer.from("CERTIFICATE") },
        sasl: { mechanism: "SCRAM-SHA-512", username: "k", password: "s" },
        replicationFactor: 3,
      },
    });
    expect(readConfig({ ...brokers, KAFKA_TLS: "true" }).log).toMatchObject({ brokers: { tls: {} } });
  });

  it.each([
    ["KAFKA_BROKERS", { KAFKA_BROKERS: "a.example" }],
    ["KAFKA_BROKERS", { KAFKA_BROKERS: "a.example:9092,,b.example:9092" }],
    ["KAFKA_BROKERS", { KAFKA_BROKERS: "a.example:0" }],
    ["KAFKA_BROKERS", { KAFKA_BROKERS: "kafka://a.example:9092" }],
    ["KAFKA_TLS", { KAFKA_TLS: "yes" }],
    ["KAFKA_TLS_CA_FILE", { KAFKA_TLS: "true", KAFKA_TLS_CA_FILE: "/nowhere/ca.pem" }],
    ["KAFKA_TLS_CA_FILE", { KAFKA_TLS_CA_FILE: "/nowhere/ca.pem" }],
    ["KAFKA_SASL_MECHANISM", { ...sasl, KAFKA_SASL_MECHANISM: "gssapi" }],
    ["KAFKA_SASL_MECHANISM", { KAFKA_SASL_USERNAME: "k" }],
    ["KAFKA_SASL_USERNAME", { ...sasl, KAFKA_SASL_USERNAME: "" }],
    ["KAFKA_SASL_PASSWORD", { ...sasl, KAFKA_SASL_PASSWORD: "" }],
    ["KAFKA_REPLICATION_FACTOR", { KAFKA_REPLICATION_FACTOR: "0" }],
    ["KAFKA_REPLICATION_FACTOR", { KAFKA_REPLICATION_FACTOR: "many" }],
  ])("names %s where it is %j", (name, values) => {
    expect(() => readConfig({ ...brokers, ...values })).toThrow(name);
  });
});
