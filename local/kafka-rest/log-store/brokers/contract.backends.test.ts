import { describe } from "vitest";
import { runningBrokers } from "../../testing/running-brokers.ts";
import { describeLogStore } from "../log-store.contract.ts";
import { BrokersLogStore } from "./brokers-log-store.ts";

describe.skipIf(!runningBrokers)("over running brokers", () => {
  const open = async () => new BrokersLogStore({ brokers: runningBrokers!, replicationFactor: 1 });
  describeLogStore("BrokersLogStore", open);
});
