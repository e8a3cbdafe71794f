import { describe, expect, it } from "vitest";
import type { Course } from "./courses.ts";
import { compareMails, mailsOf } from "./expected-mails.ts";
import type { Struck } from "./strike.ts";

const course = (id: string, outcome: string, wasConfirmed: boolean): Course => ({
  ...{ id, outcome, wasConfirmed, reason: null, begunAt: 0, endedAt: 1 },
});
const MAILS = mailsOf(
  [
    course("bkg_1", "CONFIRMED", true),
    course("bkg_2", "FAILED", false),
    course("bkg_3", "CANCELLED", true),
    course("bkg_4", "CANCELLED", false),
  ],
  new Map([["bkg_3", ["re_1", "re_2"]]]),
);
const caught = (change: Record<string, number[]> = {}) =>
  new Map([
    ...MAILS.map(({ messageIds }) => [messageIds[0]!, [1_000_000]] as [string, number[]]),
    ...Object.entries(change),
  ]);
const first = MAILS[0]!.messageIds[0]!;
const killed = (target: "mail" | "redis", at: number): Struck[] => [
  { fault: { kind: "kill", target, atMs: 0 }, startedAt: at, healedAt: at + 1_000 },
];

describe("the mails of a run", () => {
  it("are one for each thing that a buyer is told", () => {
    expect(MAILS.map(({ what }) => what)).toEqual([
      "booking-confirmed of bkg_1",
      "booking-failed of bkg_2",
      "booking-confirmed of bkg_3",
      "booking-cancelled of bkg_3",
      "refunded of bkg_3",
      "booking-cancelled of bkg_4",
    ]);
    expect(new Set(MAILS.flatMap(({ messageIds }) => messageIds)).size).toBe(7);
  });

  it("are all there, once", () => {
    expect(compareMails(MAILS, caught(), [])).toEqual({ lost: [], doubledByFaults: [], wrong: [] });
  });

  it("are named when they are lost, and when nothing led to them", () => {
    const without = caught({ "<strange@example.com>": [1] });
    without.delete(first);
    const { lost, wrong } = compareMails(MAILS, without, []);
    expect(lost).toEqual(["booking-confirmed of bkg_1"]);
    expect(wrong).toEqual(["<strange@example.com>: nothing led to it"]);
  });

  it("may come twice after a fault on their way, and never without one", () => {
    const twice = caught({ [first]: [1_000_000, 1_120_000] });
    const doubled = ["booking-confirmed of bkg_1: 2 copies"];
    expect(compareMails(MAILS, twice, killed("mail", 1_000_500))).toMatchObject({
      ...{ doubledByFaults: doubled, wrong: [] },
    });
    for (const struck of [
      [],
      killed("redis", 1_000_500),
      killed("mail", 900_000),
      killed("mail", 1_100_000),
    ]) {
      expect(compareMails(MAILS, twice, struck)).toMatchObject({ doubledByFaults: [], wrong: doubled });
    }
  });
});
