import { describe, expect, it } from "vitest";
import { type DecideDeps, discardLetter, replayLetter } from "#shared/dead-letters/decide.ts";
import { letterId, letterValue, parseLetterId } from "#shared/dead-letters/letter.ts";
import { findLetter, readLetters } from "#shared/dead-letters/read.ts";
import { replayWaiting } from "#shared/dead-letters/replay-waiting.ts";
import { kafkaRest } from "#shared/log/kafka-rest.ts";
import { deadLetterTopic, topicNames, topicsToCreate, wireTopic } from "#shared/saga/wire.ts";
import { startTestServer } from "../kafka-rest/testing/test-server.ts";

const TOPIC = "seats.locked";
const NOW = Date.parse("2026-01-02T03:04:05Z");
const PLACE = { topic: TOPIC, partition: 3, offset: 0 } as const;
const OTHER = { topic: TOPIC, partition: 3, offset: 1 } as const;
const BY = { by: "an operator" };

/** The log of a real server with every topic, and what was sent to it. */
async function world() {
  const server = await startTestServer();
  for (const { name, partitions, retentionMs } of topicsToCreate()) {
    await server.createTopic(name, partitions, retentionMs);
  }
  const log = kafkaRest({ url: `http://127.0.0.1:${server.port}`, username: "user", password: "pass:word" });
  const letter = (value: string, changes: object = {}) => ({
    topic: deadLetterTopic(TOPIC),
    partition: 3,
    key: "bkg_1",
    value: letterValue({
      ...{ consumer: "ticketflow.bookings", sourceTopic: wireTopic(TOPIC), sourcePartition: 3 },
      ...{ sourceOffset: 7, error: "broken rule", attempts: 3, value },
      ...changes,
    }),
  });
  const sent = (partition = 3) => log.fetch([{ topic: wireTopic(TOPIC), partition, offset: 0 }], 0);
  return { log, letter, sent, deps: { log, clock: () => NOW } };
}

describe("reading dead letters", () => {
  it("finds them in all topics and partitions, oldest first, each with where it lies and why", async () => {
    const { log, letter } = await world();
    await log.produce([letter("first")]);
    const elsewhere = letter("second", { sourceTopic: wireTopic("booking.failed") });
    await log.produce([{ ...elsewhere, topic: deadLetterTopic("booking.failed"), partition: 7 }]);
    const { letters, isComplete } = await readLetters(log, topicNames);
    expect(isComplete).toBe(true);
    expect(letters.map(letterId)).toEqual(["seats.locked/3/0", "booking.failed/7/0"]);
    expect(letters[0]).toMatchObject({
      key: "bkg_1",
      handled: null,
      letter: { error: "broken rule", attempts: 3, sourceOffset: 7, value: "first" },
    });
    expect((await readLetters(log, ["payment.voided"])).letters).toEqual([]);
  });

  it("reads on beyond what one answer holds, and says when it stopped at its limit", async () => {
    const { log, letter } = await world();
    for (let n = 0; n < 3; n++) await log.produce(Array.from({ length: 500 }, (_, i) => letter(`${n} ${i}`)));
    const all = await readLetters(log, [TOPIC]);
    expect(all).toMatchObject({ isComplete: true });
    expect(all.letters.map(({ letter }) => letter?.value)).toHaveLength(1_500);
    const some = await readLetters(log, [TOPIC], 1_200);
    expect(some.isComplete).toBe(false);
    expect(some.letters).toHaveLength(1_200);
  });

  it("sees a decision however far it lies behind its letter", async () => {
    const { log, letter, deps } = await world();
    await log.produce([letter("first")]);
    for (let n = 0; n < 3; n++) await log.produce(Array.from({ length: 500 }, () => letter("more")));
    await discardLetter(deps, PLACE, { ...BY, reason: "far behind" });
    const { letters, isComplete } = await readLetters(log, [TOPIC], 2);
    expect(isComplete).toBe(false);
    expect(letters.map(({ handled }) => handled?.reason ?? null)).toEqual(["far behind", null]);
    expect((await findLetter(log, PLACE))?.handled?.reason).toBe("far behind");
  });

  it("shows a record that is no letter of its topic, which can only be discarded", async () => {
    const { log, letter, sent, deps } = await world();
    const foreign = { ...letter(""), value: "no JSON" };
    const misled = [
      letter("", { sourceTopic: wireTopic("booking.failed") }),
      letter("", { sourcePartition: 8 }),
    ];
    await log.produce([foreign, ...misled]);
    const { letters } = await readLetters(log, [TOPIC]);
    expect(letters.map(({ letter }) => letter)).toEqual([null, null, null]);
    expect(letters[0]!.raw).toBe("no JSON");
    expect((await replayLetter(deps, PLACE, BY)).kind).toBe("unreadable");
    expect(await sent()).toEqual([]);
    expect((await discardLetter(deps, PLACE, { ...BY, reason: "foreign" })).kind).toBe("decided");
  });

  it("finds nothing where nothing is", async () => {
    const { log, letter, deps } = await world();
    await log.produce([letter("a")]);
    for (const place of [OTHER, { ...PLACE, partition: 4 }]) {
      expect(await findLetter(log, place)).toBeNull();
      expect((await replayLetter(deps, place, BY)).kind).toBe("absent");
    }
  });
});

describe("replaying a dead letter", () => {
  it("sends the message as it was to where it came from, once, and remembers who did it and when", async () => {
    const { log, letter, sent, deps } = await world();
    await log.produce([letter('{"id": "seats.locked:bkg_1"}')]);
    expect(await replayLetter(deps, PLACE, BY)).toMatchObject({ kind: "decided" });
    expect(await replayLetter(deps, PLACE, BY)).toMatchObject({
      kind: "before",
      mark: { action: "replayed" },
    });
    expect(await sent()).toMatchObject([{ key: "bkg_1", value: '{"id": "seats.locked:bkg_1"}' }]);
    // The decision is in the log itself: whoever looks next sees it.
    expect((await readLetters(log, [TOPIC])).letters).toMatchObject([
      { handled: { action: "replayed", by: "an operator", reason: null, at: new Date(NOW).toISOString() } },
    ]);
  });

  it("leaves the letter waiting when the message could not be sent", async () => {
    const { log, letter, deps } = await world();
    await log.produce([letter("a")]);
    const failing = { ...log, produce: () => Promise.reject(new Error("down")) };
    await expect(replayLetter({ ...deps, log: failing }, PLACE, BY)).rejects.toThrow("down");
    expect((await findLetter(log, PLACE))?.handled).toBeNull();
  });

  it("can be repeated when the mark could not be written", async () => {
    const { log, letter, sent, deps } = await world();
    await log.produce([letter("a")]);
    let calls = 0;
    const failing: typeof log = {
      ...log,
      produce: (records) => (++calls === 2 ? Promise.reject(new Error("down")) : log.produce(records)),
    };
    await expect(replayLetter({ ...deps, log: failing }, PLACE, BY)).rejects.toThrow("down");
    expect(await replayLetter(deps, PLACE, BY)).toMatchObject({ kind: "decided" });
    expect(await sent()).toHaveLength(2);
  });
});

describe("replaying all that wait", () => {
  const all = (deps: DecideDeps, limit = 100) => replayWaiting(deps, topicNames, { ...BY, limit });

  it("sends them oldest first, up to its limit, and not what was decided", async () => {
    const { log, letter, sent, deps } = await world();
    await log.produce(["a", "b", "c", "d"].map((value) => letter(value)));
    await discardLetter(deps, OTHER, { ...BY, reason: "not this" });
    expect(await all(deps, 2)).toMatchObject({ replayed: [{ offset: 0 }, { offset: 2 }], left: 1 });
    expect(await all(deps, 2)).toMatchObject({ replayed: [{ offset: 3 }], left: 0 });
    expect(await all(deps)).toEqual({ replayed: [], left: 0, unreadable: [] });
    expect((await sent()).map(({ value }) => value)).toEqual(["a", "c", "d"]);
    expect((await findLetter(log, PLACE))?.handled).toMatchObject({ action: "replayed", by: "an operator" });
  });

  it("sends as much in one call as a log takes, of large ones too", async () => {
    const { log, letter, sent, deps } = await world();
    for (let n = 0; n < 3; n++) await log.produce([letter(`${n}`.repeat(900_000))]);
    expect(await all(deps)).toMatchObject({ replayed: [{ offset: 0 }, { offset: 1 }], left: 1 });
    expect(await all(deps)).toMatchObject({ replayed: [{ offset: 2 }], left: 0 });
    expect((await sent()).length).toBeGreaterThan(0);
  });

  it("leaves what is no letter of ours", async () => {
    const { log, letter, sent, deps } = await world();
    await log.produce([{ ...letter(""), value: "no JSON" }]);
    expect(await all(deps)).toMatchObject({ replayed: [], left: 0, unreadable: [{ raw: "no JSON" }] });
    expect(await sent()).toEqual([]);
  });

  it("leaves them waiting when they could not be sent", async () => {
    const { log, letter, deps } = await world();
    await log.produce([letter("a")]);
    const failing = { ...log, produce: () => Promise.reject(new Error("down")) };
    await expect(all({ ...deps, log: failing })).rejects.toThrow("down");
    expect((await findLetter(log, PLACE))?.handled).toBeNull();
  });
});

describe("discarding a dead letter", () => {
  it("hides that letter alone, with the reason, and sends nothing", async () => {
    const { log, letter, sent, deps } = await world();
    await log.produce([letter("a"), letter("b")]);
    await discardLetter(deps, OTHER, { ...BY, reason: "a test's" });
    const { letters } = await readLetters(log, [TOPIC]);
    expect(letters.map(({ handled }) => handled?.action ?? null)).toEqual([null, "discarded"]);
    expect(letters[1]?.handled?.reason).toBe("a test's");
    expect(await replayLetter(deps, OTHER, BY)).toMatchObject({
      kind: "before",
      mark: { action: "discarded" },
    });
    expect(await sent()).toEqual([]);
  });

  it("keeps the first of two decisions that were made at once", async () => {
    const { log, letter, deps } = await world();
    await log.produce([letter("a")]);
    // Both look before either has marked.
    const found = await findLetter(log, PLACE);
    await discardLetter(deps, PLACE, { by: "first", reason: "one" });
    const late = {
      ...log,
      offsets: log.offsets,
      fetch: async () => [
        { ...PLACE, ...found!, topic: deadLetterTopic(TOPIC), timestamp: 0, value: found!.raw },
      ],
    };
    await discardLetter({ ...deps, log: late }, PLACE, { by: "second", reason: "two" });
    expect((await findLetter(log, PLACE))?.handled).toMatchObject({ by: "first", reason: "one" });
  });

  it("tells the second of two who decided at once that the first one's decision counts", async () => {
    const { log, letter, deps } = await world();
    await log.produce([letter("a")]);
    // The first decides between the second one's look and mark.
    let isFirst = true;
    const late: typeof log = {
      ...log,
      async produce(records) {
        if (isFirst) {
          isFirst = false;
          await discardLetter(deps, PLACE, { by: "first", reason: "one" });
        }
        await log.produce(records);
      },
    };
    expect(await discardLetter({ ...deps, log: late }, PLACE, { by: "second", reason: "two" })).toMatchObject(
      {
        kind: "before",
        mark: { by: "first" },
      },
    );
  });

  it("is not done by a record that speaks of a later one", async () => {
    const { log, letter } = await world();
    const mark = { handledOffset: 1, action: "discarded", reason: null, by: "x", at: "2026-01-01T00:00:00Z" };
    await log.produce([{ ...letter(""), value: JSON.stringify(mark) }, letter("a")]);
    const { letters } = await readLetters(log, [TOPIC]);
    expect(letters.map(({ handled }) => handled)).toEqual([null, null]);
  });
});

describe("a letter's name", () => {
  it("is read back", () => {
    expect(parseLetterId(letterId(OTHER))).toEqual(OTHER);
  });

  it.each([
    "",
    "seats.locked",
    "seats.locked/3",
    "seats.locked/8/0",
    "seats.locked/3/x",
    "seats.locked/3/0/0",
    "nothing/3/0",
    "constructor/0/0",
    "seats.locked/-1/0",
  ])("is not %j", (text) => expect(parseLetterId(text)).toBeNull());
});
