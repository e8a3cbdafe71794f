import { expect, it } from "vitest";
import { MAX_BUFFERED_REQUEST_BYTES, MAX_WAITING_FETCHES } from "../limits.ts";
import { LongPolls } from "./long-polls.ts";
import { BodyBudget, type RestRequest } from "./request.ts";

const request: RestRequest = {
  params: [],
  query: new URLSearchParams(),
  headers: {},
  body: undefined,
  onClientGone: () => {},
};

it("lets 5,000 requests wait and no more, and takes the next when one has left", async () => {
  const longPolls = new LongPolls();
  let wakeFirst = () => {};
  let left = 0;
  const wait = (onSubscribed: (done: () => void) => void = () => {}) =>
    longPolls.wait(request, 30_000, (done) => {
      onSubscribed(done);
      return () => {
        left += 1;
      };
    });
  const waits = [
    wait((done) => {
      wakeFirst = done;
    }),
  ];
  while (waits.length < MAX_WAITING_FETCHES) waits.push(wait());
  expect(() => wait()).toThrow("at most 5000 requests may wait");
  wakeFirst();
  await waits[0];
  waits.push(wait());
  expect(longPolls.size).toBe(MAX_WAITING_FETCHES);

  longPolls.close();
  await Promise.all(waits);
  expect(left).toBe(MAX_WAITING_FETCHES + 1);
  await wait();
  expect(longPolls.size).toBe(0);
});

it("unsubscribes also where the record was there at once, and leaves nothing behind when it cannot subscribe", async () => {
  const longPolls = new LongPolls();
  let left = 0;
  await longPolls.wait(request, 30_000, (done) => {
    done();
    return () => {
      left += 1;
    };
  });
  expect(left).toBe(1);
  const refused = longPolls.wait(request, 30_000, () => {
    throw new Error("no such partition");
  });
  await expect(refused).rejects.toThrow("no such partition");
  expect(longPolls.size).toBe(0);
});

it("holds a limited number of body bytes at once", () => {
  const budget = new BodyBudget();
  budget.take(MAX_BUFFERED_REQUEST_BYTES);
  expect(() => budget.take(1)).toThrow("overloaded");
  budget.release(1);
  budget.take(1);
});
