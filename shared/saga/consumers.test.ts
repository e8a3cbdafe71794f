import { describe, expect, it } from "vitest";
import { consumerOf, consumersNamed, partitionsOf, predecessorOf } from "./consumers.ts";
import { PARTITIONS } from "./wire.ts";

describe.each(["bookings", "inventory", "payments", "notifications"] as const)(
  "the consumers of %s",
  (service) => {
    it("read each partition once between them", () => {
      const read = consumersNamed(service).flatMap((name) => partitionsOf(service, name));
      expect(read.sort()).toEqual(Array.from({ length: PARTITIONS }, (_, partition) => partition));
    });

    it("are found by what they read", () => {
      for (let partition = 0; partition < PARTITIONS; partition++) {
        expect(partitionsOf(service, consumerOf(service, partition))).toContain(partition);
      }
    });

    it("have other names than those of before, who read nothing any more", () => {
      for (let partition = 0; partition < PARTITIONS; partition++) {
        expect(partitionsOf(service, predecessorOf(partition))).toEqual([]);
      }
    });
  },
);
