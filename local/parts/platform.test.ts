import { expect, it } from "vitest";
import { readConfig } from "../config.ts";
import { dependencyOrder } from "../supervisor/dependency-order.ts";
import { temporaryFolder } from "../supervisor/testing.ts";
import { platformParts } from "./platform.ts";

it("has one part for all containers, after which the Workers start, and nothing that would take their ports", () => {
  const config = readConfig({ TICKETFLOW_DATA_DIR: temporaryFolder(), TICKETFLOW_BACKENDS: "compose" });
  const names = dependencyOrder(platformParts(config)).map(({ name }) => name);
  expect(names).toEqual(["compose", "stripe", "workers", "console"]);
});

it.each(["embedded", "servers"])("has what the Workers wait for: %s", (TICKETFLOW_BACKENDS) => {
  const config = readConfig({ TICKETFLOW_DATA_DIR: temporaryFolder(), TICKETFLOW_BACKENDS });
  const names = dependencyOrder(platformParts(config)).map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(["postgres", "neon", "mongo", "kafka-rest", "redis", "mail"]));
});
