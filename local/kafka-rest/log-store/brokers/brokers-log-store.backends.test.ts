import { describe } from "vitest";
import { describeLogStore } from "../log-store.contract.ts";
import { BrokersLogStore } from "./brokers-log-store.ts";

/** `host:port` of running brokers, separated by commas. */
const brokers = process.env.TEST_KAFKA_BROKERS?.split(",");

describe.skipIf(!brokers)("over running brokers", () => {
  const open = async () => new BrokersLogStore({ brokers: brokers!, replicationFactor: 1 });
  describeLogStore("BrokersLogStore", open);
});
