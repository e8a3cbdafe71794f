import { createServer } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listen } from "../../shared/listen.ts";
import { whenBrokerAnswers } from "./broker.ts";
import { kafkaClasspath, startTestCluster, type TestCluster } from "./test-cluster.ts";

it("does not take a port for a broker that only takes connections", async () => {
  const server = createServer(() => {});
  const port = await listen(server, 0);
  await expect(whenBrokerAnswers(port, 300)).rejects.toThrow(`port ${port}`);
  server.close();
});

describe.skipIf(!kafkaClasspath)("a broker from Kafka's jars", () => {
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = await startTestCluster(1);
  });
  afterAll(async () => await cluster?.close());

  it("comes back over its data after kill -9", async () => {
    const port = Number(cluster.brokers[0]!.split(":")[1]);
    await cluster.kill(0);
    await expect(whenBrokerAnswers(port, 100)).rejects.toThrow("no broker answers");
    await cluster.start(0);
    await whenBrokerAnswers(port, 100);
  });
});
