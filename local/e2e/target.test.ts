import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { findTarget, readUrl, UsageError } from "./target.ts";

const NEVER = new AbortController().signal;
const options = { log: () => {}, interrupt: NEVER, hurry: NEVER };

it("reads the address, without a slash at the end", () => {
  expect(readUrl([])).toBeUndefined();
  expect(readUrl(["--url", "http://tickets.example/"])).toBe("http://tickets.example");
});

it.each([["--uri", "http://a"], ["--url", "tickets.example"], ["--url", "ftp://a"], ["http://a"]])(
  "refuses %s %s",
  (...args) => {
    expect(() => readUrl(args)).toThrow(UsageError);
  },
);

it("says so when nothing answers at the address", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  const url = `http://127.0.0.1:${port}`;
  await expect(findTarget(url, options)).rejects.toThrow(`Nothing answers at ${url}.`);
});
