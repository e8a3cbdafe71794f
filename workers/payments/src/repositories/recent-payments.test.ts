import { beforeEach, expect, it } from "vitest";
import type { Payment } from "../core/payment.ts";
import { NOW, paymentOf } from "../testing/samples.ts";
import { RecentPayments } from "./recent-payments.ts";

let now: number;
let planned: (() => Promise<void>)[];
let noted: string[][];
let recent: RecentPayments;

beforeEach(() => {
  now = NOW;
  planned = [];
  noted = [];
  recent = new RecentPayments(
    () => now,
    (work) => void planned.push(work),
  );
});

const note = async (sent: Payment[]) => void noted.push(sent.map(({ _id }) => _id));
const MESSAGE = { topic: "t", partition: 0, key: "bkg", value: "{}" };

function told(state: Payment["state"]): Payment {
  const payment = paymentOf({ state, outbox: [MESSAGE], unsent: true });
  recent.told(payment, note);
  return payment;
}

it("a payment that waits for its capture is as it was written, with nothing left to send, once", () => {
  const payment = told("AUTHORISED");
  expect(recent.takeAuthorised(payment.bookingId)).toEqual({ ...payment, outbox: [], unsent: false });
  expect(recent.takeAuthorised(payment.bookingId)).toBeNull();
  // The capture's write notes it.
  now += 250;
  expect(recent.takeUnnoted()).toEqual([]);
});

it.each(["FAILED", "CAPTURED", "ACTION_REQUIRED"] as const)("one that is %s waits for none", (state) => {
  expect(recent.takeAuthorised(told(state).bookingId)).toBeNull();
});

it("is noted with the next write, and where a capture is to come a moment later", () => {
  const [ended, waiting] = [told("CAPTURED"), told("AUTHORISED")];
  const ids = () => recent.takeUnnoted().map(({ _id }) => _id);
  expect(ids()).toEqual([ended._id]);
  now += 249;
  expect(ids()).toEqual([]);
  now += 1;
  expect(ids()).toEqual([waiting._id]);
  expect(ids()).toEqual([]);
  // What is noted is still what would be read.
  expect(recent.takeAuthorised(waiting.bookingId)?._id).toBe(waiting._id);
});

it("is noted by itself where nothing is written, a few at a time, until all are", async () => {
  const all = Array.from({ length: 20 }, () => told("CAPTURED")._id);
  expect(planned).toHaveLength(1);
  await planned.shift()!();
  expect(planned).toHaveLength(1);
  await planned.shift()!();
  expect(planned).toEqual([]);
  expect(noted.map((some) => some.length)).toEqual([16, 4]);
  expect(noted.flat()).toEqual(all);
});

it("one that is written since is neither what it was, nor noted", () => {
  const { bookingId } = told("AUTHORISED");
  recent.take(bookingId);
  now += 250;
  expect(recent.takeUnnoted()).toEqual([]);
  expect(recent.takeAuthorised(bookingId)).toBeNull();
});

it("holds a thousand, and forgets the oldest", () => {
  const first = told("AUTHORISED");
  for (let n = 0; n < 999; n++) told("AUTHORISED");
  const last = told("AUTHORISED");
  expect(recent.takeAuthorised(first.bookingId)).toBeNull();
  expect(recent.takeAuthorised(last.bookingId)?._id).toBe(last._id);
});
