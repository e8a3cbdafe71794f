import { expect, it } from "vitest";
import { assignRanges } from "./assignment.ts";

const subscription = (instance: string, ...topics: string[]) => ({ instance, topics: new Set(topics) });
const partitions = (assigned: ReturnType<typeof assignRanges>, instance: string) =>
  assigned.get(instance)?.map(({ topic, partition }) => `${topic}${partition}`);

// https://kafka.apache.org/documentation/#consumerconfigs_partition.assignment.strategy (range)
it("gives each instance one run of partitions, the first ones the larger", () => {
  const assigned = assignRanges([subscription("b", "t"), subscription("a", "t")], () => 5);
  expect(partitions(assigned, "a")).toEqual(["t0", "t1", "t2"]);
  expect(partitions(assigned, "b")).toEqual(["t3", "t4"]);
});

it("leaves out instances that do not want the topic, and those for which no partition is left", () => {
  const subscriptions = [subscription("a", "t"), subscription("b", "u"), subscription("c", "t")];
  const assigned = assignRanges(subscriptions, () => 1);
  expect(partitions(assigned, "a")).toEqual(["t0"]);
  expect(partitions(assigned, "b")).toEqual(["u0"]);
  expect(partitions(assigned, "c")).toEqual([]);
});
