import { apiVersionsV3 } from "@platformatic/kafka";
import { afterAll, beforeAll, describe } from "vitest";
import { runningBrokers } from "../../testing/running-brokers.ts";
import { describeLogStore } from "../log-store.contract.ts";
import { BrokersLogStore } from "./brokers-log-store.ts";

/**
 * The newest versions that a broker speaks which knows no topic ids: Redpanda, Azure Event Hubs and older Kafka offer less
 * than Kafka 4 does. https://kafka.apache.org/protocol#protocol_api_keys
 */
const NEWEST: Readonly<Record<string, number>> = {
  Produce: 7,
  Fetch: 11,
  ListOffsets: 4,
  Metadata: 8,
  OffsetCommit: 8,
  OffsetFetch: 7,
  FindCoordinator: 3,
  CreateTopics: 6,
  InitProducerId: 4,
  DescribeConfigs: 4,
  IncrementalAlterConfigs: 1,
};

/** The brokers that run, as if they were older. */
describe.skipIf(!runningBrokers)("over brokers that speak older versions", () => {
  const ask = apiVersionsV3.api.async;
  beforeAll(() => {
    apiVersionsV3.api.async = async (...args) => {
      const answer = await ask(...args);
      const apiKeys = answer.apiKeys.map((api) => {
        return { ...api, maxVersion: Math.min(api.maxVersion, NEWEST[api.name] ?? api.maxVersion) };
      });
      return { ...answer, apiKeys };
    };
  });
  afterAll(() => {
    apiVersionsV3.api.async = ask;
  });

  const open = async () => new BrokersLogStore({ brokers: runningBrokers!, replicationFactor: 1 });
  describeLogStore("BrokersLogStore", open);
});
