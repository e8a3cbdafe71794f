import { beforeEach, expect, it } from "vitest";
import { emptyMemory, remembering } from "./memory.ts";
import type { AnswerStore, KeptAnswer } from "./store.ts";

let now: number;
let asked: string[];
let stamp: string;
let body: Uint8Array<ArrayBuffer>;
/** Runs while the store is asked for a stamp, after it has looked. */
let meanwhile: () => Promise<void>;
let store: AnswerStore;

const answer = (): KeptAnswer => ({ headers: new Headers({ etag: '"e"' }), body, keptAt: 1, stamps: "s" });
const cache: AnswerStore = {
  async read(key) {
    asked.push(`read ${key}`);
    return key === "none" ? null : answer();
  },
  async write(key) {
    asked.push(`write ${key}`);
  },
  async stamp(scope) {
    asked.push(`stamp ${scope}`);
    const found = stamp;
    await meanwhile();
    return found;
  },
  async renew() {
    stamp += "'";
  },
};

beforeEach(() => {
  now = 10_000;
  asked = [];
  stamp = "a";
  body = new Uint8Array([1, 2, 3]);
  meanwhile = async () => undefined;
  store = remembering(cache, () => now, emptyMemory());
});

it("asks for an answer once a second, and gives it to each in full", async () => {
  for (let n = 0; n < 3; n++) {
    const found = (await store.read("k"))!;
    expect([...(found.body as Uint8Array)]).toEqual([1, 2, 3]);
    expect([found.headers.get("etag"), found.keptAt, found.stamps]).toEqual(['"e"', 1, "s"]);
    found.headers.set("etag", "changed by one reader");
  }
  expect(asked).toEqual(["read k"]);
  now += 1_000;
  await store.read("k");
  expect(asked).toHaveLength(2);
});

it("asks again for what was written since, is not there, or is large", async () => {
  await store.read("k");
  await store.write("k", answer(), 1);
  await store.read("k");
  for (let n = 0; n < 2; n++) await store.read("none");
  body = new Uint8Array(100_001);
  for (let n = 0; n < 2; n++) await store.read("large");
  expect(asked).toEqual([
    "read k",
    "write k",
    "read k",
    "read none",
    "read none",
    "read large",
    "read large",
  ]);
});

it("asks for a stamp once a second, and at once after a renewal", async () => {
  expect([await store.stamp("s"), await store.stamp("s"), asked.length]).toEqual(["a", "a", 1]);
  await store.renew("s");
  expect(await store.stamp("s")).toBe("a'");
  now += 1_000;
  stamp = "told elsewhere";
  expect(await store.stamp("s")).toBe("told elsewhere");
});

it("does not remember a stamp that was read while it was renewed", async () => {
  meanwhile = async () => {
    meanwhile = async () => undefined;
    await store.renew("s");
  };
  expect(await store.stamp("s")).toBe("a");
  expect(await store.stamp("s")).toBe("a'");
});

it("forgets those that were asked for first, where there are many", async () => {
  for (let n = 0; n <= 100; n++) await store.read(`k${n}`);
  asked = [];
  await store.read("k100");
  await store.read("k0");
  expect(asked).toEqual(["read k0"]);
});
