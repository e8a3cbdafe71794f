import { memoryStore } from "./memory-store.ts";
import { describeConsumerStore } from "./testing/store-contract.ts";

describeConsumerStore("in memory", async (test) => {
  const store = memoryStore();
  test(() => store);
});
