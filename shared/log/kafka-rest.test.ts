import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { kafkaRest } from "./kafka-rest.ts";
import { MAX_PRODUCE } from "./topic-log.ts";

let calls = 0;
const server = createServer((_request, response) => {
  calls += 1;
  response.end("[]");
});
beforeAll(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
afterAll(() => new Promise((resolve) => server.close(resolve)));

it("sends as many records as one call may hold, and nothing of more", async () => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const log = kafkaRest({ url, username: "u", password: "p" });
  const record = { topic: "t", partition: 0, key: "k", value: "v" };
  await log.produce(Array(MAX_PRODUCE).fill(record));
  expect(calls).toBe(1);
  await expect(log.produce(Array(MAX_PRODUCE + 1).fill(record))).rejects.toThrow(
    "at most 500 records a call",
  );
  expect(calls).toBe(1);
});
