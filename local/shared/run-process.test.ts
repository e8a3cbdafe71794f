import { expect, it } from "vitest";
import { runScript } from "../supervisor/testing.ts";

const MODULE = new URL("run-process.ts", import.meta.url).href;

/** A process whose part starts by `start`, the text of a function. */
const run = (start: string) =>
  runScript(`
    import { runProcess } from ${JSON.stringify(MODULE)};
    setInterval(() => {}, 1_000);
    await runProcess("thing", ${start});
  `);

const lines = (output: string) =>
  output
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

it("says where it listens, and closes once on a signal, however many come", async () => {
  const script = run(`async ({ log }) => ({
    port: 1234,
    async close() {
      log("closing");
      await new Promise((resolve) => setTimeout(resolve, 200));
    },
  })`);
  await script.prints("listening");
  script.child.kill("SIGINT");
  await script.prints("closing");
  script.child.kill("SIGTERM");
  expect(await script.ended).toBe(0);
  expect(lines(script.output())).toMatchObject([
    { part: "thing", event: "listening", port: 1234 },
    { event: "closing" },
    { event: "stopped" },
  ]);
});

it("ends with 1 and the reason when it cannot start", async () => {
  const script = run(`async () => { throw new Error("PORT is not set"); }`);
  expect(await script.ended).toBe(1);
  expect(lines(script.output())).toMatchObject([{ event: "start-failed", error: "PORT is not set" }]);
});

it("ends with 1 and the reason when it cannot stop", async () => {
  const script = run(`async () => ({ port: 1, close: () => Promise.reject(new Error("the disk is full")) })`);
  await script.prints("listening");
  script.child.kill("SIGTERM");
  expect(await script.ended).toBe(1);
  expect(lines(script.output()).at(-1)).toMatchObject({ event: "stop-failed", error: "the disk is full" });
});

it("ends with 1 and the reason when it cannot go on", async () => {
  const script = run(`async ({ fail }) => {
    setTimeout(() => fail("commit-failed", "the disk is full"), 10);
    return { port: 1, close: async () => {} };
  }`);
  expect(await script.ended).toBe(1);
  expect(lines(script.output()).at(-1)).toMatchObject({ event: "commit-failed", error: "the disk is full" });
});
