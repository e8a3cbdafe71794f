import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { Unavailable } from "../../errors/problem.ts";
import type { NewRecord, Position } from "../topic-log.ts";
import { pandaproxy } from "./pandaproxy.ts";

/*
 * What a server that does as it should cannot bring about. The rest is the port's contract, and the conformance suite.
 */
interface Asked {
  path: string;
  headers: IncomingMessage["headers"];
  body: unknown;
}

/** A log against a proxy that answers by `answer`, what it was asked, and how much of that at once. */
async function logAgainst(answer: (response: ServerResponse, asked: Asked) => void) {
  const asked: Asked[] = [];
  let [open, most] = [0, 0];
  const server = createServer(async (request, response) => {
    open += 1;
    most = Math.max(most, open);
    response.once("close", () => {
      open -= 1;
    });
    const text = Buffer.concat(await request.toArray()).toString();
    const body: unknown = text === "" ? null : JSON.parse(text);
    asked.push({ path: request.url ?? "", headers: request.headers, body });
    answer(response, asked.at(-1)!);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return { asked, log: pandaproxy({ url, username: "u", password: "p" }), most: () => most };
}

const json = (response: ServerResponse, value: unknown, status = 200) =>
  response.writeHead(status).end(JSON.stringify(value));

const record = (topic: string, partition = 0): NewRecord => ({ topic, partition, key: "k", value: "v" });
const at = (topic: string, offset = 0): Position => ({ topic, partition: 0, offset });
const base64 = (text: string) => Buffer.from(text).toString("base64");
const found = (offset: number) => ({
  topic: "t",
  partition: 0,
  offset,
  key: base64("k"),
  value: base64("v"),
});
const topicIn = (path: string) => path.split("/")[2]!;

describe("produce", () => {
  it("asks once a topic, in Redpanda's types", async () => {
    const { asked, log } = await logAgainst((response, { body }) => {
      const { records } = body as { records: { partition: number }[] };
      json(response, { offsets: records.map(({ partition }) => ({ partition, offset: 0 })) });
    });
    await log.produce([record("a"), record("b", 1), record("a", 2)]);
    expect(asked.map(({ path, body }) => [path, body]).sort()).toEqual([
      [
        "/topics/a",
        { records: [0, 2].map((partition) => ({ partition, key: base64("k"), value: base64("v") })) },
      ],
      ["/topics/b", { records: [{ partition: 1, key: base64("k"), value: base64("v") }] }],
    ]);
    expect(asked[0]!.headers).toMatchObject({
      authorization: `Basic ${btoa("u:p")}`,
      "content-type": "application/vnd.kafka.binary.v2+json",
      accept: "application/vnd.kafka.v2+json",
    });
  });

  it.each<[what: string, offsets: unknown[]]>([
    [
      "one partition has an error",
      [
        { partition: 0, offset: 7 },
        { partition: 1, error_code: 6, offset: -1 },
      ],
    ],
    ["one partition is not spoken of", [{ partition: 0, offset: 7 }]],
    [
      "an offset says that there is none",
      [
        { partition: 0, offset: 7 },
        { partition: 1, offset: -1 },
      ],
    ],
  ])("is unavailable when %s, though the answer is 200", async (_what, offsets) => {
    const { log } = await logAgainst((response) => json(response, { offsets }));
    await expect(log.produce([record("t"), record("t", 1)])).rejects.toThrow(Unavailable);
  });

  it.each([2, 10, 18, 87])("is refused for good by Kafka's error %i", async (error_code) => {
    const offsets = [{ partition: 0, error_code, offset: -1 }];
    const { log } = await logAgainst((response) => json(response, { offsets }));
    const failure = log.produce([record("t")]);
    await expect(failure).rejects.toThrow(`partition 0: Kafka's error ${error_code}`);
    await expect(failure).rejects.not.toThrow(Unavailable);
  });

  it("waits for every topic before it fails", async () => {
    const { asked, log } = await logAgainst((response, { path }) => {
      if (path === "/topics/a") return json(response, { error_code: 50003, message: "no" }, 500);
      setTimeout(() => json(response, { offsets: [{ partition: 0, offset: 0 }] }), 100);
    });
    await expect(log.produce(["a", "b", "c"].map((topic) => record(topic)))).rejects.toThrow(Unavailable);
    expect(asked.map(({ path }) => path).sort()).toEqual(["/topics/a", "/topics/b", "/topics/c"]);
  });
});

describe("fetch", () => {
  const many = Array.from({ length: 16 }, (_, n) => at(`t${n}`));

  it("has five requests under way at most, also while it waits", async () => {
    const { log, most } = await logAgainst((response, { path }) => {
      const waitMs = Number(new URLSearchParams(path.split("?")[1]).get("timeout"));
      setTimeout(() => json(response, []), Math.max(5, waitMs));
    });
    expect(await log.fetch(many, 400)).toEqual([]);
    expect(most()).toBe(5);
  });

  it("asks no further positions once it has as many records as are taken at once", async () => {
    const hundred = Array.from({ length: 100 }, (_, offset) => found(offset));
    const { asked, log } = await logAgainst((response) => json(response, hundred));
    const topics = new Set<string>();
    for (let turn = 0; turn < many.length; turn += 1) {
      asked.length = 0;
      for (const { topic } of await log.fetch(many, 1_000)) topics.add(topic);
      expect(asked.length).toBeLessThan(11);
    }
    expect(topics.size).toBe(many.length);
  });

  it("does not ask a proxy without end that does not wait", async () => {
    const { asked, log } = await logAgainst((response) => json(response, []));
    expect(await log.fetch(many, 1_000)).toEqual([]);
    expect(asked.length).toBeLessThanOrEqual(many.length + 80);
    expect(log.requests).toBe(asked.length);
    asked.length = 0;
    expect(await log.fetch([at("t")], 1_000)).toEqual([]);
    expect(asked.length).toBeLessThanOrEqual(11);
  });

  it("gives what some have where another fails, and fails where there is nothing else", async () => {
    let isEmpty = false;
    const { log } = await logAgainst((response, { path }) => {
      if (topicIn(path) === "bad") return json(response, { error_code: 50302, message: "no leader" }, 503);
      return json(response, isEmpty ? [] : [found(0)]);
    });
    expect(await log.fetch([at("bad"), at("good")], 0)).toHaveLength(1);
    isEmpty = true;
    await expect(log.fetch([at("bad"), at("good")], 0)).rejects.toThrow(Unavailable);
  });

  it("ends its wait when the proxy fails meanwhile", async () => {
    let looks = 0;
    const { log } = await logAgainst((response) => {
      looks += 1;
      return looks === 1 ? json(response, []) : json(response, { error_code: 50003, message: "no" }, 500);
    });
    await expect(log.fetch([at("t")], 25_000)).rejects.toThrow(Unavailable);
  });

  it("says so when it cannot find where a partition begins", async () => {
    const outside = { error_code: 40002, message: "offset_out_of_range" };
    const { asked, log } = await logAgainst((response) => json(response, outside, 400));
    const failure = await log.fetch([at("t", 2 ** 31)], 0).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Unavailable);
    expect(String((failure as Error).cause)).toBe("the proxy does not tell where partition 0 of t begins");
    expect(asked.length).toBeLessThan(850);
  });

  it("takes no other refusal for an offset out of range", async () => {
    const refusal = { error_code: 40002, message: "Invalid parameter 'offset'" };
    const { asked, log } = await logAgainst((response) => json(response, refusal, 400));
    await expect(log.fetch([at("t")], 0)).rejects.toThrow("Invalid parameter");
    expect(asked).toHaveLength(1);
  });

  it("does not take what is no list of records", async () => {
    const { log } = await logAgainst((response) => json(response, { records: [] }));
    await expect(log.fetch([at("t")], 0)).rejects.toThrow();
  });
});
