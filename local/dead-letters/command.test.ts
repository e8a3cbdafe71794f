import { describe, expect, it } from "vitest";
import { letterValue } from "#shared/dead-letters/letter.ts";
import { kafkaRest } from "#shared/log/kafka-rest.ts";
import { deadLetterTopic, topicsToCreate, wireTopic } from "#shared/saga/wire.ts";
import { CommandError, UsageError } from "../cli/command.ts";
import { readConfig } from "../config.ts";
import { startTestServer } from "../kafka-rest/testing/test-server.ts";
import { freePort } from "../shared/free-port.ts";
import { temporaryFolder } from "../supervisor/testing.ts";
import { deadLettersCommand, logOf } from "./command.ts";

const TOPIC = "payment.captured";

async function world(...values: string[]) {
  const server = await startTestServer();
  for (const { name, partitions } of topicsToCreate()) await server.createTopic(name, partitions);
  const log = kafkaRest({ url: `http://127.0.0.1:${server.port}`, username: "user", password: "pass:word" });
  const letters = values.map((value, n) => ({
    topic: deadLetterTopic(TOPIC),
    partition: 1,
    key: `bkg_${n}`,
    value: letterValue({
      ...{ consumer: "ticketflow.bookings", sourceTopic: wireTopic(TOPIC), sourcePartition: 1 },
      ...{ sourceOffset: n, error: `refused ${n}`, attempts: 3, value },
    }),
  }));
  await log.produce(letters);
  const run = async (...args: string[]) => {
    const lines: string[] = [];
    const code = await deadLettersCommand(args, { log, print: (line) => lines.push(line) });
    return { code, text: lines.join("\n") };
  };
  const sent = async () =>
    (await log.fetch([{ topic: wireTopic(TOPIC), partition: 1, offset: 0 }], 0)).map(({ value }) => value);
  const foreign = () =>
    log.produce([{ topic: deadLetterTopic("booking.failed"), partition: 0, key: "bkg_x", value: "x" }]);
  return { run, sent, foreign };
}

describe("npm run dead-letters", () => {
  it("lists what waits, and with --all what was decided", async () => {
    const { run } = await world("a", "b");
    await run("discard", `${TOPIC}/1/0`, "--reason", "not ours");
    const list = await run("list");
    expect(list.text).toMatch(
      /^1 dead letter waits for a decision\.\n\nletter +key +written +tried +error\n/,
    );
    expect(list.text).toMatch(/^payment\.captured\/1\/1 +bkg_1 +2\S+Z +3 x +refused 1$/m);
    expect(list.text).not.toContain("bkg_0");
    expect((await run("list", "--all")).text).toMatch(/^payment\.captured\/1\/0 .* discarded +refused 0$/m);
    expect((await run("list", "--topic", "booking.failed")).text).toBe("0 dead letters wait for a decision.");
  });

  it("shows the whole message, without what a terminal would obey", async () => {
    const { run } = await world('{"id":"x","payload":{"a":1}}', "\u001b[31mred\n");
    const shown = await run("show", `${TOPIC}/1/0`);
    expect(shown.text).toContain('{\n  "id": "x",\n  "payload": {\n    "a": 1\n  }\n}');
    expect(shown.text).toMatch(/^tried +3 times by ticketflow\.bookings$/m);
    expect(shown.text).toMatch(/^came from +ticketflow\.payment\.captured, partition 1, offset 0$/m);
    expect((await run("show", `${TOPIC}/1/1`)).text).toMatch(/\u{FFFD}\[31mred\n$/u);
    await run("replay", `${TOPIC}/1/0`);
    expect((await run("show", `${TOPIC}/1/0`)).text).toMatch(
      /^state +replayed at 2\S+ by .+ \(npm run dead-letters\)$/m,
    );
  });

  it("replays one, and says so when it was decided before", async () => {
    const { run, sent } = await world("a", "b");
    expect(await run("replay", `${TOPIC}/1/1`)).toEqual({ code: 0, text: "payment.captured/1/1: replayed." });
    expect((await run("replay", `${TOPIC}/1/1`)).text).toMatch(/1\/1: nothing done, it was replayed at /);
    expect(await sent()).toEqual(["b"]);
  });

  it("replays all that wait of a topic, oldest first", async () => {
    const { run, sent } = await world("a", "b", "c");
    await run("discard", `${TOPIC}/1/1`, "--reason", "no");
    expect((await run("replay", "--topic", TOPIC)).text.split("\n")).toHaveLength(2);
    expect(await sent()).toEqual(["a", "c"]);
    expect((await run("replay", "--topic", TOPIC)).text).toBe("No dead letter of payment.captured waits.");
  });

  it("replays all that wait, and names those that are no letters of ours", async () => {
    const { run, sent, foreign } = await world("a", "b");
    expect(await run("replay", "--all")).toMatchObject({
      code: 0,
      text: `${TOPIC}/1/0: replayed.\n${TOPIC}/1/1: replayed.`,
    });
    expect(await sent()).toEqual(["a", "b"]);
    expect((await run("replay", "--all")).text).toBe("No dead letter waits.");
    await foreign();
    expect(await run("replay", "--all")).toMatchObject({
      code: 1,
      text: expect.stringMatching(/^booking\.failed\/0\/0: it is no letter of ours/),
    });
  });

  it("ends with 1 where there is no such letter", async () => {
    const { run } = await world();
    expect(await run("replay", `${TOPIC}/1/9`)).toMatchObject({ code: 1 });
    expect(await run("discard", `${TOPIC}/1/9`, "--reason", "x")).toMatchObject({ code: 1 });
    await expect(run("show", `${TOPIC}/1/9`)).rejects.toThrow(CommandError);
  });

  it.each([
    [[]],
    [["remove"]],
    [["show"]],
    [["show", "payment.captured"]],
    [["list", "--topic", "nothing"]],
    [["discard", "payment.captured/1/0"]],
    [["discard", "payment.captured/1/0", "--reason", " "]],
    [["replay", "payment.captured/1/0", "payment.captured/1/1"]],
    [["replay", "payment.captured/1/0", "--all"]],
    [["replay", "--topic", "payment.captured", "--all"]],
  ])("refuses %j", async (args) => {
    const { run } = await world();
    await expect(run(...args)).rejects.toThrow(UsageError);
  });

  it("says that there is no platform, or that it does not run", async () => {
    const offset = (await freePort()) % 20_000;
    const config = readConfig({
      TICKETFLOW_DATA_DIR: temporaryFolder(),
      TICKETFLOW_PORT_OFFSET: String(offset),
    });
    expect(() => logOf(config)).toThrow(CommandError);
    const nowhere = kafkaRest({ url: `http://127.0.0.1:${await freePort()}`, username: "u", password: "p" });
    await expect(deadLettersCommand(["list"], { log: nowhere, print: () => {} })).rejects.toThrow(
      "Kafka does not answer",
    );
  });
});
