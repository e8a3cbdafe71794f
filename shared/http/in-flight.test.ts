import { beforeEach, describe, expect, it } from "vitest";
import { InFlight, LEASE_MS, LEAST, MOST, SLOW_MS } from "./in-flight.ts";

let now: number;
let requests: InFlight;
beforeEach(() => {
  now = 0;
  requests = new InFlight(() => now);
});

/** Lets in as many as there is room for. @returns how to end each */
function fill(): (() => void)[] {
  const leaving: (() => void)[] = [];
  for (let leave = requests.enter(); leave; leave = requests.enter()) leaving.push(leave);
  return leaving;
}

/** Rounds in which every request takes so long. @returns how many had room in the last one */
function rounds(count: number, ms: number): number {
  let room = 0;
  for (let n = 0; n < count; n++) {
    const leaving = fill();
    room = leaving.length;
    now += ms;
    for (const leave of leaving) leave();
  }
  return room;
}

describe("the requests under way", () => {
  it("are so many at most; the next one has room when one is answered", () => {
    const leaving = fill();
    expect(leaving).toHaveLength(MOST);
    expect(requests.enter()).toBeNull();
    leaving[0]!();
    expect(requests.enter()).not.toBeNull();
    expect(requests.enter()).toBeNull();
  });

  it("are fewer where answers are slow, and never fewer than what finds out that they are not", () => {
    expect(rounds(2, SLOW_MS)).toBe(Math.floor(MOST * 0.7));
    expect(rounds(3, SLOW_MS)).toBeLessThan(MOST * 0.3);
    expect(rounds(20, SLOW_MS)).toBe(LEAST);
  });

  it("are as many as before once answers are in time", () => {
    rounds(20, SLOW_MS);
    expect(rounds(1, 10)).toBe(LEAST);
    expect(rounds(10, 10)).toBe(MOST);
  });

  it("do not count for ever where one was cut off", () => {
    fill();
    now += LEASE_MS - 1;
    expect(requests.enter()).toBeNull();
    now += 1;
    expect(fill()).toHaveLength(MOST);
  });

  it("are not fewer because one ends twice", () => {
    const [first] = fill();
    first!();
    first!();
    expect(fill()).toHaveLength(1);
  });
});
