import { describe, expect, it } from "vitest";
import type { TopicName } from "../saga/declaration.ts";
import { wireTopic } from "../saga/wire.ts";
import { type ConsumersByService, nudger } from "./nudger.ts";

const message = (topic: TopicName | string, partition = 3) => {
  return {
    topic: topic.includes(".") ? wireTopic(topic as TopicName) : topic,
    partition,
    key: "k",
    value: "{}",
  };
};

/** Consumers of every service, and the nudges that they got. */
function consumers({ fails = false } = {}) {
  const nudged: string[] = [];
  const of = (service: string) => ({
    getByName: (name: string) => ({
      async nudge() {
        nudged.push(`${service}/${name}`);
        if (fails) throw new Error("the object moved");
      },
    }),
  });
  const bound = { bookings: of("bookings"), payments: of("payments"), inventory: of("inventory") };
  return { nudged, bound: bound as ConsumersByService };
}

/** A nudger at a time that the test moves, which shares no memory with others. */
function nudging(bound: ConsumersByService) {
  const time = { now: 1_000 };
  return { time, nudge: nudger(bound, () => time.now, new Map()) };
}

describe("what was produced", () => {
  it("wakes the consumer of its partition in each service that hears of it", () => {
    const { nudged, bound } = consumers();
    nudging(bound).nudge([message("booking.failed"), message("seats.locked", 7)]);
    expect(nudged).toEqual(["payments/3-of-8", "bookings/1-of-2"]);
  });

  it("wakes nobody by a topic that is not of the saga, and no service that is not bound", () => {
    const { nudged, bound } = consumers();
    const { nudge } = nudging({ inventory: bound.inventory! });
    nudge([message("foreign"), message("booking.failed")]);
    expect(nudged).toEqual([]);
  });

  it("wakes a consumer that is awake no second time, and again when it may sleep", () => {
    const { nudged, bound } = consumers();
    const { time, nudge } = nudging(bound);
    nudge([message("seats.locked"), message("seats.confirmed")]);
    time.now += 14_999;
    nudge([message("seats.locked")]);
    expect(nudged).toEqual(["bookings/1-of-2"]);
    time.now += 1;
    nudge([message("seats.locked")]);
    expect(nudged).toEqual(["bookings/1-of-2", "bookings/1-of-2"]);
  });

  it("tries at the next message when a nudge was lost", async () => {
    const { nudged, bound } = consumers({ fails: true });
    const { nudge } = nudging(bound);
    nudge([message("seats.locked")]);
    // The lost nudge is noticed in a turn of its own.
    await new Promise((resolve) => setImmediate(resolve));
    nudge([message("seats.locked")]);
    expect(nudged).toEqual(["bookings/1-of-2", "bookings/1-of-2"]);
  });
});
