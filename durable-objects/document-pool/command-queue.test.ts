import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CommandQueue, MAX_EXECUTION_MS, MAX_WAIT_MS } from "./command-queue.ts";
import type { DocumentAnswer, DocumentCommand } from "./rpc.ts";

const read = (id: string): DocumentCommand => ({ do: "findOne", in: "events", filter: { _id: id } });
const write = (id: string): DocumentCommand => ({ do: "insertOne", in: "events", document: { _id: id } });

let now: number;
/** What the database was asked for, in order, and how to let it answer. */
let asked: {
  command: DocumentCommand;
  answer: (answer: DocumentAnswer) => void;
  fail: (error: Error) => void;
}[];
let queue: CommandQueue;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  now = 0;
  asked = [];
  queue = new CommandQueue({
    atOnce: 2,
    clock: () => now,
    execute: (command) =>
      new Promise((answer, fail) => {
        asked.push({ command, answer, fail });
      }),
  });
});

afterEach(() => {
  vi.useRealTimers();
});

/** Time passes, for the clock and for timers. */
async function pass(ms: number): Promise<void> {
  now += ms;
  await vi.advanceTimersByTimeAsync(ms);
}

const ok = (value: unknown): DocumentAnswer => ({ ok: true, value });
const commands = () => asked.map(({ command }) => command);
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe("the queue of commands", () => {
  it("has as many under way as there are connections, the others in their order", async () => {
    const answers = [write("a"), write("b"), write("c"), read("d")].map((one) => queue.run(one));
    expect(commands()).toEqual([write("a"), write("b")]);
    asked[1]!.answer(ok("b"));
    await settle();
    expect(commands()).toEqual([write("a"), write("b"), write("c")]);
    expect(await answers[1]).toEqual(ok("b"));
    for (const n of [0, 2]) asked[n]!.answer(ok(n));
    await settle();
    asked[3]!.answer(ok("d"));
    expect(await answers[3]).toEqual(ok("d"));
  });

  it("asks once for a read that many wait for, and for another one by itself", async () => {
    const busy = [queue.run(write("a")), queue.run(write("b"))];
    const same = Array.from({ length: 100 }, () => queue.run(read("x")));
    const other = queue.run(read("y"));
    for (const one of asked) one.answer(ok(null));
    await Promise.all(busy);
    await settle();
    expect(commands().slice(2)).toEqual([read("x"), read("y")]);
    asked[2]!.answer(ok("x"));
    asked[3]!.answer(ok("y"));
    expect(new Set((await Promise.all(same)).map((one) => JSON.stringify(one)))).toEqual(
      new Set([JSON.stringify(ok("x"))]),
    );
    expect(await other).toEqual(ok("y"));
  });

  it("asks anew once a read has begun: what was written meanwhile has to be seen", async () => {
    void queue.run(read("x"));
    void queue.run(read("x"));
    expect(commands()).toEqual([read("x"), read("x")]);
  });

  it("never joins what writes", async () => {
    const busy = [queue.run(read("a")), queue.run(read("b"))];
    void queue.run(write("x"));
    void queue.run(write("x"));
    for (const one of asked) one.answer(ok(null));
    await Promise.all(busy);
    await settle();
    expect(commands().slice(2)).toEqual([write("x"), write("x")]);
  });

  it("tells reads apart by everything in them: dates, patterns, options", async () => {
    void queue.run(write("a"));
    void queue.run(write("b"));
    const find = (filter: object, limit: number): DocumentCommand => ({
      ...{ do: "find", in: "events", filter, options: { limit } },
    });
    const reads = [
      find({ at: new Date(1) }, 1),
      find({ at: new Date(2) }, 1),
      find({ name: /a/ }, 1),
      find({ name: /a/i }, 1),
      find({ name: /a/i }, 2),
    ];
    for (const one of reads) void queue.run(one);
    for (let n = 0; n < 2 + reads.length; n++) {
      asked[n]!.answer(ok(null));
      await settle();
    }
    expect(commands().slice(2)).toEqual(reads);
  });

  it("tells who has waited for too long that the database cannot now, and goes on", async () => {
    void queue.run(write("a"));
    void queue.run(write("b"));
    const late = queue.run(read("late"));
    now = 4_999;
    const later = queue.run(read("later"));
    now = 5_000;
    asked[0]!.answer(ok(null));
    expect(await late).toMatchObject({ ok: false, kind: "unavailable" });
    await settle();
    expect(commands()).toEqual([write("a"), write("b"), read("later")]);
    asked[2]!.answer(ok(1));
    expect(await later).toEqual(ok(1));
  });

  it("tells it them also where nothing that is under way ever ends", async () => {
    void queue.run(write("a"));
    void queue.run(write("b"));
    const first = queue.run(read("x"));
    await pass(1_000);
    const second = queue.run(read("y"));
    let answered = 0;
    for (const one of [first, second]) void one.then(() => answered++);
    await pass(MAX_WAIT_MS - 1_001);
    expect(answered).toBe(0);
    await pass(1);
    expect(await first).toMatchObject({ ok: false, kind: "unavailable" });
    expect(answered).toBe(1);
    await pass(1_000);
    expect(await second).toMatchObject({ ok: false, kind: "unavailable" });
    expect(commands()).toEqual([write("a"), write("b")]);
  });

  it("answers for a command that takes too long, and begins the next", async () => {
    const hanging = [queue.run(write("a")), queue.run(write("b"))];
    await pass(MAX_EXECUTION_MS - 1);
    const next = queue.run(write("c"));
    expect(commands()).toHaveLength(2);
    await pass(1);
    for (const one of hanging) expect(await one).toMatchObject({ ok: false, kind: "unavailable" });
    expect(commands()).toHaveLength(3);
    asked[2]!.answer(ok("c"));
    expect(await next).toEqual(ok("c"));
  });

  it("refuses what comes when a thousand wait", async () => {
    for (let n = 0; n < 1_002; n++) void queue.run(write(`w-${n}`));
    expect(await queue.run(write("one more"))).toMatchObject({ ok: false, kind: "unavailable" });
  });

  it("goes on after an error that nobody expected", async () => {
    const failing = queue.run(write("a"));
    asked[0]!.fail(new Error("out of order"));
    expect(await failing).toMatchObject({ ok: false, kind: "unavailable", detail: "Error: out of order" });
    const next = queue.run(write("b"));
    asked[1]!.answer(ok("b"));
    expect(await next).toEqual(ok("b"));
  });

  it("says so where the database cannot be asked at all, and keeps no connection for that", async () => {
    const execute = () => {
      throw new Error("no address");
    };
    const broken = new CommandQueue({ atOnce: 1, clock: () => now, execute });
    const answers = await Promise.all([broken.run(write("a")), broken.run(write("b"))]);
    expect(answers).toEqual(Array(2).fill({ ok: false, kind: "unavailable", detail: "Error: no address" }));
  });
});
