import { homedir } from "node:os";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { byDetours, ConfigError, httpUrl, readConfig } from "./config.ts";

const repository = resolve(import.meta.dirname, "..");

describe("readConfig", () => {
  it("has a default for everything", () => {
    const config = readConfig({});
    expect(config.ports.gateway).toBe(8787);
    expect(config.dataDir).toBe(resolve(repository, ".data"));
    expect(httpUrl(config, "kafkaRest")).toBe("http://127.0.0.1:5483");
  });

  it("moves every port by one variable, and keeps them apart and below the system's own range", () => {
    const moved = readConfig({ TICKETFLOW_PORT_OFFSET: "20000" });
    const ports = Object.values(moved.ports);
    expect(moved.ports.gateway).toBe(28_787);
    expect(new Set(ports).size).toBe(ports.length);
    expect(Math.max(...ports)).toBeLessThan(32_768);
  });

  it.each(["20001", "-1", "1.5", "ten", "", " 1", "1e3"])("refuses the offset %j by name", (offset) => {
    expect(() => readConfig({ TICKETFLOW_PORT_OFFSET: offset })).toThrow(/TICKETFLOW_PORT_OFFSET/);
  });

  it.each(["", "  ", "/", repository, resolve(repository, ".."), homedir()])(
    "refuses the data folder %j by name",
    (dataDir) => {
      expect(() => readConfig({ TICKETFLOW_DATA_DIR: dataDir })).toThrow(ConfigError);
      expect(() => readConfig({ TICKETFLOW_DATA_DIR: dataDir })).toThrow(/TICKETFLOW_DATA_DIR/);
    },
  );

  it("takes a data folder inside the checkout, whatever its name begins with", () => {
    expect(readConfig({ TICKETFLOW_DATA_DIR: resolve(repository, "..data") }).dataDir).toMatch(/\.\.data$/);
  });

  it("takes detours, by which only what goes by them is reached", () => {
    const config = readConfig({ TICKETFLOW_DETOURS: "mongo=5492,kafkaRest=15493" });
    expect(config.detours).toEqual({ mongo: 5492, kafkaRest: 15_493 });
    expect([config.ports.mongo, byDetours(config).ports.mongo]).toEqual([5482, 5492]);
    expect(httpUrl(byDetours(config), "kafkaRest")).toBe("http://127.0.0.1:15493");
    expect(byDetours(config).ports.neon).toBe(config.ports.neon);
    expect(readConfig({}).detours).toEqual({});
  });

  it.each([
    "",
    "mongo",
    "mongo=",
    "mongo=0",
    "mongo=65536",
    "postgres=5491",
    "mongo=5492,",
    "mongo=1;neon=2",
  ])("refuses the detours %j by name", (text) => {
    expect(() => readConfig({ TICKETFLOW_DETOURS: text })).toThrow(ConfigError);
    expect(() => readConfig({ TICKETFLOW_DETOURS: text })).toThrow(/TICKETFLOW_DETOURS/);
  });

  it("takes what Workers speak to Kafka, and refuses another by name", () => {
    expect(readConfig({}).kafkaProtocol).toBe("upstash");
    expect(readConfig({ KAFKA_PROTOCOL: "pandaproxy" }).kafkaProtocol).toBe("pandaproxy");
    expect(() => readConfig({ KAFKA_PROTOCOL: "http" })).toThrow(
      /^KAFKA_PROTOCOL is one of upstash, pandaproxy; not "http"\.$/,
    );
  });

  it("takes what stands behind the Workers, and refuses another by name", () => {
    expect(readConfig({}).backends).toBe("embedded");
    expect(readConfig({ TICKETFLOW_BACKENDS: "servers" }).backends).toBe("servers");
    expect(() => readConfig({ TICKETFLOW_BACKENDS: "real" })).toThrow(
      /^TICKETFLOW_BACKENDS is one of embedded, servers, compose; not "real"\.$/,
    );
  });
});
