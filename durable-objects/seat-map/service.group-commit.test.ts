import { beforeEach, describe, expect, it } from "vitest";
import { GroupCommit } from "./service/group-commit.ts";

/** A disk that writes what was noted, and an event loop whose turns the test gives. */
let noted = 0;
let written: number[];
let turns: (() => void)[];
let commits: GroupCommit;

beforeEach(() => {
  noted = 0;
  written = [];
  turns = [];
  commits = new GroupCommit(
    {
      nextTurn: () => new Promise((resolve) => void turns.push(resolve)),
      write: () => {
        written.push(noted);
        return noted;
      },
      synced: () => Promise.resolve(),
      flushed: () => {},
      failed: () => {},
    },
    0,
  );
});

const ask = () => commits.covers(++noted);
const ready = () => new Promise((resolve) => setImmediate(resolve));
const turn = async () => {
  turns.shift()?.();
  await ready();
};
const busy = (callers: number) => Promise.all(Array.from({ length: callers }, ask));

describe("a group commit", () => {
  it("writes at once for who comes alone", async () => {
    for (let n = 0; n < 20; n++) await ask();
    expect([written.length, turns.length]).toEqual([20, 0]);
  });

  it("writes those together who came while it was at work", async () => {
    await busy(64);
    expect(written).toEqual([64]);
  });

  it("waits for as many as the flush before answered, for as long as they come", async () => {
    await busy(3);
    const asked = [ask()];
    await turn();
    asked.push(ask());
    await turn();
    asked.push(ask());
    await turn();
    expect(written).toEqual([3]);
    await turn();
    await Promise.all(asked);
    expect(written).toEqual([3, 6]);
  });

  it("does not wait for those who do not come again", async () => {
    await busy(8);
    const alone = ask();
    await turn();
    expect(written).toEqual([8]);
    await turn();
    await alone;
    expect([written, turns]).toEqual([[8, 9], []]);
    await ask();
    expect(written).toEqual([8, 9, 10]);
  });

  it("is not put off for ever by a steady stream", async () => {
    await busy(8);
    const asked: Promise<void>[] = [];
    for (let n = 0; n < 64; n++) {
      asked.push(ask());
      await turn();
    }
    await Promise.all(asked);
    expect(written).toEqual([8, 72]);
  });

  it("looks for company now and then, since those behind one socket each seem to be alone", async () => {
    let looks = 0;
    for (let n = 0; n < 64; n++) {
      const asked = ask();
      await ready();
      looks += turns.length;
      await turn();
      await asked;
    }
    expect(looks).toBe(2);
  });
});
