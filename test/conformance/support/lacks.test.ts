import { afterEach, expect, it, vi } from "vitest";
import { lackedFeatures, needs } from "./lacks.ts";

const FILE = "/anywhere/test/conformance/kafka-rest/consume.test.ts";

it("reads what a server lacks from the variable of the folder that the file lies in", () => {
  const env = { CONFORMANCE_KAFKA_REST_LACKS: "consume, transactions", CONFORMANCE_MONGO_LACKS: "ttl" };
  expect([...lackedFeatures(FILE, env)]).toEqual(["consume", "transactions"]);
  expect([...lackedFeatures(FILE.replace("kafka-rest", "mongo"), env)]).toEqual(["ttl"]);
  expect([...lackedFeatures(FILE.replace("kafka-rest", "redis"), env)]).toEqual([]);
});

it("names the variable that is no list of features", () => {
  const env = { CONFORMANCE_KAFKA_REST_LACKS: "consume; DROP" };
  expect(() => lackedFeatures(FILE, env)).toThrow("CONFORMANCE_KAFKA_REST_LACKS");
});

it("does not know the server of a file that lies elsewhere", () => {
  expect(() => lackedFeatures("/anywhere/local/x.test.ts", {})).toThrow("/anywhere/local/x.test.ts");
});

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

it("skips a case that needs what the server lacks, and says why; and no other", (context) => {
  // This file's folder stands for a server called "support".
  vi.stubEnv("CONFORMANCE_SUPPORT_LACKS", "consume");
  const printed = vi.spyOn(console, "log").mockImplementation(() => {});
  const skipped = vi.spyOn(context, "skip").mockImplementation((() => {}) as never);
  needs("fetch");
  expect(skipped).not.toHaveBeenCalled();
  needs("consume");
  expect(skipped).toHaveBeenCalledWith("the server lacks: consume");
  expect(printed).toHaveBeenCalledWith(`not run: ${context.task.name} (the server lacks: consume)`);
});
