import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { Unavailable } from "../errors/problem.ts";
import { kafkaRest } from "./kafka-rest.ts";
import { MAX_PRODUCE, type Partition } from "./topic-log.ts";

interface Call {
  path: string;
  authorization: string | undefined;
  body: unknown;
}

/** A log against a server that answers by `answer`, and what it was asked. */
async function logAgainst(answer: (response: ServerResponse, call: Call) => void) {
  const calls: Call[] = [];
  const server = createServer(async (request: IncomingMessage, response) => {
    const text = Buffer.concat(await request.toArray()).toString();
    const { authorization } = request.headers;
    calls.push({ path: request.url ?? "", authorization, body: text === "" ? null : JSON.parse(text) });
    answer(response, calls.at(-1)!);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return { calls, log: kafkaRest({ url, username: "u", password: "p" }) };
}

const json = (value: unknown) => (response: ServerResponse) => response.end(JSON.stringify(value));
const refusal = (status: number) => (response: ServerResponse) =>
  response.writeHead(status).end(`{"error":"no","status":${status}}`);

describe("produce", () => {
  const record = { topic: "t", partition: 0, key: "k", value: "v" };

  it("sends as many records as one call may hold, and nothing of more", async () => {
    const { calls, log } = await logAgainst(json([]));
    await log.produce(Array(MAX_PRODUCE).fill(record));
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatchObject({ path: "/produce", authorization: `Basic ${btoa("u:p")}` });
    await expect(log.produce(Array(MAX_PRODUCE + 1).fill(record))).rejects.toThrow(
      "at most 500 records a call",
    );
    expect(calls).toHaveLength(1);
  });

  it("asks nothing for no records", async () => {
    const { calls, log } = await logAgainst(json([]));
    await log.produce([]);
    expect(calls).toEqual([]);
  });
});

describe("fetch", () => {
  const from = [{ topic: "t", partition: 1, offset: 7 }];

  it("asks at explicit offsets, and reads a record without key or value as empty", async () => {
    const place = { topic: "t", partition: 1, offset: 7, timestamp: 1 };
    const { calls, log } = await logAgainst(json([{ ...place, key: null, headers: [] }]));
    expect(await log.fetch(from, 250)).toEqual([{ ...place, key: "", value: "" }]);
    expect(calls[0]).toMatchObject({ path: "/fetch", body: { topicPartitionOffsets: from, timeout: 250 } });
  });

  it("does not take what is no list of records", async () => {
    const { log } = await logAgainst(json([{ topic: "t", partition: 1, offset: "7" }]));
    await expect(log.fetch(from, 0)).rejects.toThrow(/offset/);
  });
});

describe("offsets", () => {
  it("are asked for a hundred partitions at a time, and come back as one list", async () => {
    const { calls, log } = await logAgainst((response, { body }) => {
      const asked = body as Partition[];
      json(asked.map((one) => ({ ...one, offset: one.partition * 2 })))(response);
    });
    const partitions = Array.from({ length: 230 }, (_, partition) => ({ topic: "t", partition }));
    const found = await log.offsets("latest", partitions);
    expect(found).toEqual(partitions.map((one) => ({ ...one, offset: one.partition * 2 })));
    expect(calls.map(({ path, body }) => [path, (body as Partition[]).length])).toEqual([
      ["/offsets/latest", 100],
      ["/offsets/latest", 100],
      ["/offsets/latest", 30],
    ]);
  });
});

describe("a log that does not do as it is asked", () => {
  it.each([500, 503, 429, 401, 403, 404])("is unavailable when it answers %i", async (status) => {
    const { log } = await logAgainst(refusal(status));
    await expect(log.ping()).rejects.toThrow(Unavailable);
  });

  it.each([400, 413, 422])("has refused for good when it answers %i", async (status) => {
    const { calls, log } = await logAgainst(refusal(status));
    const failure = log.commit("bookings", [{ topic: "t", partition: 0, offset: 1 }]);
    await expect(failure).rejects.toThrow(`refused /commit/bookings/bookings with ${status}`);
    await expect(failure).rejects.not.toThrow(Unavailable);
    expect(calls).toHaveLength(1);
  });

  it("is unavailable when it hangs up, or answers no JSON", async () => {
    const hanging = await logAgainst((response) => response.destroy());
    await expect(hanging.log.ping()).rejects.toThrow(Unavailable);
    const babbling = await logAgainst((response) => response.end("<html>"));
    await expect(babbling.log.ping()).rejects.toThrow(Unavailable);
  });
});

describe("a Kafka that is out", () => {
  const record = { topic: "t", partition: 0, key: "k", value: "v" };
  const from = [{ topic: "t", partition: 1, offset: 7 }];

  it("is not sent anything after five failures in a row, and is still asked how it is and for messages", async () => {
    const { calls, log } = await logAgainst(refusal(503));
    for (let n = 0; n < 20; n++) await expect(log.produce([record])).rejects.toThrow(Unavailable);
    expect(calls).toHaveLength(5);
    await expect(log.ping()).rejects.toThrow(Unavailable);
    await expect(log.fetch(from, 0)).rejects.toThrow(Unavailable);
    expect(calls).toHaveLength(7);
  });

  it("is one that does not answer, not one that refuses a message", async () => {
    const { calls, log } = await logAgainst(refusal(422));
    for (let n = 0; n < 20; n++) await expect(log.produce([record])).rejects.toThrow("refused");
    expect(calls).toHaveLength(20);
  });
});
