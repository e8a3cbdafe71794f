import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { LateOutbox } from "./late-outbox.ts";
import type { Outbox, OutboxRow } from "./relay.ts";

let forgotten: number[][];
let isOut: boolean;
let late: LateOutbox;

beforeEach(() => {
  vi.useFakeTimers();
  forgotten = [];
  isOut = false;
  const outbox: Pick<Outbox, "sent"> = {
    async sent(rows) {
      if (isOut) throw new Error("out");
      forgotten.push(rows.map(({ id }) => id));
    },
  };
  late = new LateOutbox(outbox as Outbox);
});
afterEach(() => void vi.useRealTimers());

const row = (id: number): OutboxRow => ({ id, topic: "t", partition: 0, key: "k", value: "v" });
const ids = () => late.along(async (some) => some);

it("gives what was sent to the next write, once", async () => {
  late.add([row(1), row(2)]);
  late.add([row(3)]);
  expect(await ids()).toEqual([1, 2, 3]);
  expect(await ids()).toEqual([]);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(forgotten).toEqual([]);
});

it("forgets by itself where nothing is written, long before anybody else would send it again", async () => {
  late.add([row(1)]);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(forgotten).toEqual([[1]]);
  expect(await ids()).toEqual([]);
});

it("keeps what came after the last write for at most two periods", async () => {
  late.add([row(1)]);
  await ids();
  late.add([row(2)]);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(forgotten).toEqual([[2]]);
});

it("gives what a write that failed had taken to the one after it", async () => {
  late.add([row(1)]);
  await expect(late.along(() => Promise.reject(new Error("refused")))).rejects.toThrow("refused");
  late.add([row(2)]);
  expect(await ids()).toEqual([1, 2]);
});

it("leaves to a sweep what it cannot forget", async () => {
  isOut = true;
  late.add([row(1)]);
  await vi.advanceTimersByTimeAsync(1_000);
  isOut = false;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(forgotten).toEqual([]);
  late.add([row(2)]);
  expect(await ids()).toEqual([2]);
});
