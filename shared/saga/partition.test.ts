import { describe, expect, it } from "vitest";
import { murmur2, partitionOf } from "./partition.ts";

describe("murmur2", () => {
  // The vectors of Kafka's own test:
  // https://github.com/apache/kafka/blob/trunk/clients/src/test/java/org/apache/kafka/common/utils/UtilsTest.java
  it.each([
    ["21", -973932308],
    ["foobar", -790332482],
    ["a-little-bit-long-string", -985981536],
    ["a-little-bit-longer-string", -1486304829],
    ["lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971],
    ["abc", 479470107],
  ])("%s", (key, hash) => {
    expect(murmur2(key)).toBe(hash);
  });
});

describe("partitionOf", () => {
  it("stays within the topic and uses all of it", () => {
    const seen = new Set(Array.from({ length: 500 }, (_, n) => partitionOf(`bkg_${n}`, 8)));
    expect([...seen].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });
});
