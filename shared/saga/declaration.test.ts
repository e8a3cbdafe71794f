import { describe, expect, it } from "vitest";
import { BOOKING_MACHINE, type BookingState, STATUS_OF, TOPICS, type TopicName } from "./declaration.ts";
import {
  consumedBy,
  deadLetterTopic,
  PARTITIONS,
  topicNames,
  topicOf,
  topicsToCreate,
  wireTopic,
} from "./wire.ts";

const states = Object.keys(BOOKING_MACHINE) as BookingState[];
const moves = states.flatMap((from) =>
  Object.entries(BOOKING_MACHINE[from]).flatMap(([input, rule]) =>
    rule.kind === "move" ? [{ from, input, rule }] : [],
  ),
);

describe("the booking machine", () => {
  it("reaches a terminal state from every state", () => {
    for (const start of states) {
      const reached = new Set<BookingState>([start]);
      for (let grew = true; grew; ) {
        const before = reached.size;
        for (const { from, rule } of moves) if (reached.has(from)) reached.add(rule.to);
        grew = reached.size > before;
      }
      expect([...reached].some((state) => STATUS_OF[state] !== "PENDING")).toBe(true);
    }
  });

  it("never fails by the clock once the money is authorised and the seats are being reserved", () => {
    for (const from of ["RESERVING", "CAPTURING"] as const) {
      const rule = BOOKING_MACHINE[from].deadline;
      expect(rule).toMatchObject({ kind: "move", to: from });
    }
  });

  it("leaves a terminal state by no input, but that a confirmed booking can be given back", () => {
    const left = moves.filter(({ from, rule }) => STATUS_OF[from] !== "PENDING" && rule.to !== from);
    expect(left.map(({ from, input, rule }) => `${from} ${input} ${rule.to}`)).toEqual([
      "CONFIRMED cancel CANCELLED",
      "CONFIRMED event.cancelled CANCELLED",
    ]);
  });

  it("frees seats and money of a cancelled booking by one event, and takes nothing back that is not cancelled", () => {
    for (const { from, rule } of moves.filter((m) => m.rule.to === "CANCELLED" && m.from !== "CANCELLED")) {
      expect(rule.emits, from).toEqual(["booking.cancelled"]);
    }
    for (const from of ["RESERVING", "CAPTURING"] as const) {
      expect(BOOKING_MACHINE[from].cancel).toEqual({ kind: "ignore" });
      expect(BOOKING_MACHINE[from]["event.cancelled"]).toEqual({ kind: "early" });
    }
  });

  it("undoes both sides on every failure, but for a side that is known to be clear", () => {
    for (const { from, rule } of moves.filter((m) => m.rule.to === "FAILED" && m.from !== "FAILED")) {
      expect(rule.because, `${from} gives a reason`).toBeDefined();
      expect(rule.emits).toContain("booking.failed");
      expect(rule.clears === "seats" || rule.emits.includes("seats.release")).toBe(true);
    }
  });

  it("emits only what bookings is declared to produce, and names an undo that exists", () => {
    for (const { rule } of moves)
      for (const topic of rule.emits) expect(TOPICS[topic].producer).toBe("bookings");
    for (const topic of topicNames) {
      const { undo } = TOPICS[topic];
      if (undo !== null) expect(topicNames).toContain(undo);
    }
  });
});

describe("the wire", () => {
  it("creates every topic and its dead letters with one partition count", () => {
    const topics = topicsToCreate();
    expect(topics).toHaveLength(topicNames.length * 2);
    expect(new Set(topics.map((topic) => topic.partitions))).toEqual(new Set([PARTITIONS]));
    expect(new Set(topics.map((topic) => topic.name)).size).toBe(topics.length);
  });

  it("knows its own topics by their wire names only", () => {
    expect(topicOf(wireTopic("seats.locked"))).toBe("seats.locked");
    expect(topicOf(deadLetterTopic("seats.locked"))).toBeUndefined();
    expect(topicOf("ticketflow.toString")).toBeUndefined();
    expect(topicOf("other.seats.locked")).toBeUndefined();
  });

  it("keeps what carries a name or an address for 3 days", () => {
    const personal: TopicName[] = [
      "user.registered",
      "booking.confirmed",
      "booking.failed",
      "booking.cancelled",
    ];
    for (const topic of personal) expect(TOPICS[topic].retentionDays).toBe(3);
  });

  it("gives each service the topics that name it as consumer", () => {
    expect(consumedBy("payments")).toEqual([
      "payment.requested",
      "payment.capture",
      "booking.failed",
      "booking.cancelled",
    ]);
  });
});
