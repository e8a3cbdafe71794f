import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { isRunning } from "../cli/process-identity.mjs";
import { freePort } from "../shared/free-port.ts";
import { type Part, PlatformError } from "./part.ts";
import { type PlatformOptions, startPlatform } from "./platform.ts";
import { answers, scriptPart, serverPart, temporaryFolder, until } from "./testing.ts";

/** Starts parts in a folder of their own; they are stopped when the test has ended. */
async function start(parts: Part[], options: Partial<PlatformOptions> = {}) {
  const lines: string[] = [];
  const dataDir = options.dataDir ?? temporaryFolder();
  const platform = await startPlatform(parts, { dataDir, log: (line) => lines.push(line), ...options });
  onTestFinished(() => platform.stop());
  const status = (name: string) => platform.parts.find((part) => part.name === name);
  return { platform, dataDir, status, logged: () => lines.join("\n") };
}

const failure = async (parts: Part[], options: Partial<PlatformOptions> = {}): Promise<string> => {
  const error = await start(parts, options).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(PlatformError);
  return (error as PlatformError).message;
};

describe("starting", () => {
  it("starts a part only when those that it depends on are ready, and stops it before them", async () => {
    const dataDir = temporaryFolder();
    const history = join(temporaryFolder(), "history");
    writeFileSync(history, "");
    const note = (text: string) =>
      `require("node:fs").appendFileSync(${JSON.stringify(history)}, "${text} ")`;
    const part = async (name: string, dependsOn: string[]) =>
      serverPart(name, await freePort(), {
        dependsOn,
        code: `${note(`+${name}`)}; process.prependListener("SIGTERM", () => { ${note(`-${name}`)} });`,
        afterReady: async () => writeFileSync(history, `${readFileSync(history, "utf8")}=${name} `),
      });
    const parts = [await part("gateway", ["broker"]), await part("broker", ["base"]), await part("base", [])];
    const { platform } = await start(parts, { dataDir });
    await platform.stop();
    expect(readFileSync(history, "utf8").trim().split(" ")).toEqual([
      ...["+base", "=base", "+broker", "=broker", "+gateway", "=gateway"],
      ...["-gateway", "-broker", "-base"],
    ]);
  });

  it("starts independent parts at the same time", async () => {
    // Each is ready only when the other one is there: one after the other, neither would ever be.
    const [a, b] = [await freePort(), await freePort()];
    const ready = (port: number) => async () => {
      if (!(await answers(port))) throw new Error("not yet");
    };
    const { status } = await start([
      serverPart("a", a, { ready: ready(b) }),
      serverPart("b", b, { ready: ready(a) }),
    ]);
    expect(status("a")?.state).toBe("ready");
  });

  it("gives a process only its own environment, a group of its own, and a log of its own", async () => {
    process.env.SUPERVISOR_SECRET = "leak";
    onTestFinished(() => {
      delete process.env.SUPERVISOR_SECRET;
    });
    const show = `console.log(JSON.stringify(process.env)); setInterval(() => {}, 1e6)`;
    const part = scriptPart("a", show);
    const command = { ...part.command(), env: { OWN: "yes" } };
    const { status } = await start([{ ...part, command: () => command }]);
    const logFile = status("a")?.logFile ?? "";
    await until(() => readFileSync(logFile, "utf8").includes("}"));
    expect(readFileSync(logFile, "utf8")).toContain('"OWN":"yes"');
    expect(readFileSync(logFile, "utf8")).not.toContain("leak");
  });

  it("records each process in run.json, and removes the record when it has stopped all", async () => {
    const { platform, dataDir, status } = await start([serverPart("a", await freePort())]);
    const run = JSON.parse(readFileSync(join(dataDir, "run.json"), "utf8"));
    expect(run.supervisor.pid).toBe(process.pid);
    expect(run.parts.a.process.pid).toBe(status("a")?.pid);
    expect(isRunning(run.parts.a.process)).toBe(true);
    expect(run.parts.a.command).toContain(process.execPath);
    await platform.stop();
    expect(existsSync(join(dataDir, "run.json"))).toBe(false);
    expect(isRunning(run.parts.a.process)).toBe(false);
  });

  it("names a taken port, who wants it and the variable that moves it, and starts nothing", async () => {
    const [taken, other] = [await freePort(), await freePort()];
    const server = createServer().listen(taken, "127.0.0.1");
    onTestFinished(() => void server.close());
    await until(() => server.listening);
    const message = await failure([serverPart("first", other), serverPart("gateway", taken)]);
    expect(message).toContain(`Port ${taken}, which gateway needs, is taken`);
    expect(message).toContain("TICKETFLOW_PORT_OFFSET");
    expect(message).not.toContain("first");
    expect(await answers(other)).toBe(false);
  });

  it("shows the last log lines of a part that ends, and stops the others", async () => {
    const port = await freePort();
    const dying = `for (let n = 0; n < 30; n++) console.log("line " + n); console.error("no licence"); process.exit(3)`;
    const part = scriptPart("database", dying, {
      dependsOn: ["base"],
      ready: () => Promise.reject(new Error("no")),
    });
    const message = await failure([serverPart("base", port), part]);
    expect(message).toMatch(/database ended with code 3/);
    expect(message).toContain("| no licence");
    expect(message).toContain("| line 29");
    expect(message).not.toContain("| line 10\n");
    expect(message).toContain(join("logs", "database.log"));
    expect(await answers(port)).toBe(false);
  });

  it("gives up on a part that is never ready, even if its probe never answers, and says what the probe said", async () => {
    const port = await freePort();
    // Long enough for a process to say its first word on a busy machine.
    const saysNo = await failure([
      serverPart("a", port, { startLimitMs: 3_000, ready: () => Promise.reject(new Error("503")) }),
    ]);
    expect(saysNo).toContain("a did not become ready within 3 s (its probe: 503)");
    expect(saysNo).toContain("| a starts");
    const hangs = await failure([
      serverPart("a", port, { startLimitMs: 300, ready: () => new Promise(() => {}) }),
    ]);
    expect(hangs).toContain("a did not become ready within 0.3 s");
    expect(await answers(port)).toBe(false);
  });

  it("gives up on a preparation or an end of a start that hangs or fails", async () => {
    const port = await freePort();
    const hang = () => new Promise<void>(() => {});
    expect(await failure([serverPart("a", port, { startLimitMs: 300, prepare: hang })])).toContain(
      "did not prepare",
    );
    expect(await failure([serverPart("a", port, { startLimitMs: 900, afterReady: hang })])).toContain(
      "did not finish",
    );
    const refuse = () => Promise.reject(new Error("migration 7 failed"));
    expect(await failure([serverPart("a", port, { afterReady: refuse })])).toContain("a migration 7 failed");
    expect(await answers(port)).toBe(false);
  });

  it("says so when a part's program does not exist", async () => {
    const command = () => ({ file: "/no/such/program", args: [], env: {} });
    expect(await failure([{ ...scriptPart("a", ""), command }])).toMatch(/a could not be run: .*ENOENT/);
  });

  it("fails when a part that was ready dies while others are still starting", async () => {
    const dying = scriptPart("early", `setTimeout(() => process.exit(9), 200)`);
    const waiting = scriptPart("late", `setInterval(() => {}, 1e6)`, {
      ready: () => Promise.reject(new Error("no")),
    });
    expect(await failure([dying, waiting])).toContain("early ended with code 9");
  });

  it("refuses a data folder that a living supervisor holds, naming its pid", async () => {
    const { dataDir } = await start([]);
    expect(await failure([], { dataDir })).toContain(`process id ${process.pid}`);
  });

  it("wipes the data on request only, and never a folder that is not its own", async () => {
    const { platform, dataDir } = await start([]);
    await platform.stop();
    writeFileSync(join(dataDir, "kept"), "");
    await (await start([], { dataDir })).platform.stop();
    expect(existsSync(join(dataDir, "kept"))).toBe(true);
    await (await start([], { dataDir, fresh: true })).platform.stop();
    expect(existsSync(join(dataDir, "kept"))).toBe(false);

    const foreign = temporaryFolder();
    writeFileSync(join(foreign, "thesis.txt"), "mine");
    expect(await failure([], { dataDir: foreign, fresh: true })).toContain("not made by TicketFlow");
    expect(existsSync(join(foreign, "thesis.txt"))).toBe(true);
  });
});

describe("running", () => {
  it("starts a part again that has died, after a pause, and lets the others be", async () => {
    const pauses: number[] = [];
    const sleep = async (ms: number) => void pauses.push(ms);
    const [a, b] = [await freePort(), await freePort()];
    const { platform, status, logged } = await start([serverPart("a", a), serverPart("b", b)], { sleep });
    const before = { a: status("a")?.pid, b: status("b")?.pid };
    platform.kill("a", "SIGKILL");
    await until(() => status("a")?.restarts === 1);
    expect(status("a")?.pid).not.toBe(before.a);
    expect(status("b")?.pid).toBe(before.b);
    expect(await answers(a)).toBe(true);
    expect(pauses).toEqual([250]);
    expect(logged()).toContain("a was ended by SIGKILL");
  });

  it("waits longer each time, and gives up on a part that dies too often, while the others go on", async () => {
    const pauses: number[] = [];
    const sleep = async (ms: number) => void pauses.push(ms);
    const marker = join(temporaryFolder(), "was-here");
    // Ready the first time; from then on it dies at once.
    const source = `const fs = require("node:fs");
      if (fs.existsSync("${marker}")) process.exit(1);
      fs.writeFileSync("${marker}", ""); setInterval(() => {}, 1e6);`;
    const ready = async () => {
      if (!existsSync(marker)) throw new Error("not yet");
      await new Promise((resolve) => setTimeout(resolve, 300)); // longer than the process lives when it dies
    };
    const port = await freePort();
    const { platform, status, logged } = await start(
      [scriptPart("flaky", source, { ready }), serverPart("solid", port)],
      { sleep, clock: () => 5 },
    );
    platform.kill("flaky", "SIGKILL");
    await until(() => status("flaky")?.state === "failed" && logged().includes("left as it is"));
    expect(pauses).toEqual([250, 500, 1_000, 2_000, 4_000]);
    expect(logged()).toContain("flaky was started again 5 times within 60 s");
    expect(status("solid")?.state).toBe("ready");
    expect(await answers(port)).toBe(true);
  });

  it("starts one part anew on request", async () => {
    const port = await freePort();
    const { platform, status } = await start([serverPart("a", port)]);
    const before = status("a")?.pid;
    await platform.restart("a");
    expect(status("a")).toMatchObject({ state: "ready", restarts: 0 });
    expect(status("a")?.pid).not.toBe(before);
    expect(() => platform.kill("nobody", "SIGTERM")).toThrow(/no part nobody/);
  });
});

describe("stopping", () => {
  it("kills what does not end when asked, with all that it has started", async () => {
    const [port, inner] = [await freePort(), await freePort()];
    // Both ignore the request; the inner one is a process of its own in the same group.
    const stubborn = `process.removeAllListeners("SIGTERM"); process.on("SIGTERM", () => {});`;
    const nested = `require("node:net").createServer().listen(${inner}, "127.0.0.1"); process.on("SIGTERM", () => {})`;
    const code = `${stubborn} require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(nested)}]);`;
    const { platform } = await start([serverPart("a", port, { code, stopGraceMs: 100 })]);
    await until(() => answers(inner));
    await platform.stop();
    expect(await answers(port)).toBe(false);
    expect(await answers(inner)).toBe(false);
  });

  it.runIf(process.platform === "linux")("ends a process that has left its part's group", async () => {
    const [port, inner] = [await freePort(), await freePort()];
    const nested = `require("node:net").createServer().listen(${inner}, "127.0.0.1")`;
    const code = `require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(nested)}], { detached: true, stdio: "ignore" });`;
    const { platform } = await start([serverPart("a", port, { code })]);
    await until(() => answers(inner));
    await platform.stop();
    expect(await answers(inner)).toBe(false);
  });

  it("leaves nothing behind when a part is being started anew at that moment", async () => {
    const port = await freePort();
    const { platform, status } = await start([serverPart("a", port)]);
    const restarting = platform.restart("a").catch((error: unknown) => error);
    await platform.stop();
    expect(await restarting).toBeInstanceOf(PlatformError);
    expect(status("a")?.state).toBe("stopped");
    expect(await answers(port)).toBe(false);
  });

  it("does not wait for the grace when told to hurry", async () => {
    const port = await freePort();
    const hurry = new AbortController();
    const code = `process.removeAllListeners("SIGTERM"); process.on("SIGTERM", () => {});`;
    const { platform } = await start([serverPart("a", port, { code, stopGraceMs: 3_600_000 })], {
      hurry: hurry.signal,
    });
    const stopped = platform.stop();
    hurry.abort();
    await stopped;
    expect(await answers(port)).toBe(false);
  });
});
