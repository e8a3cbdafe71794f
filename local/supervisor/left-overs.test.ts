import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { processIdentity } from "../cli/process-identity.mjs";
import { freePort } from "../shared/free-port.ts";
import { startPlatform } from "./platform.ts";
import { answers, moduleUrl, runScript, serverPart, temporaryFolder, until } from "./testing.ts";

/** A supervisor in a process of its own, with one server; `code` is what that server does beside, `own` what itself does. */
async function supervisor(dataDir: string, port: number, code = "", own = "") {
  const script = runScript(`
    import { startPlatform } from ${JSON.stringify(moduleUrl("platform.ts"))};
    const source = ${JSON.stringify(`require("node:net").createServer().listen(${port}, "127.0.0.1"); ${code}`)};
    await startPlatform([{
      name: "server", ports: [${port}],
      command: () => ({ file: process.execPath, args: ["-e", source], env: {} }),
      ready: () => new Promise((resolve, reject) =>
        process.getBuiltinModule("node:net").connect(${port}, "127.0.0.1", resolve).on("error", reject)),
    }], { dataDir: ${JSON.stringify(dataDir)}, log: console.log });
    ${own}
    console.log("up");
    setInterval(() => {}, 1e6);`);
  await script.prints("up");
  return script;
}

async function killHard(script: Awaited<ReturnType<typeof supervisor>>): Promise<void> {
  script.child.kill("SIGKILL");
  await script.ended;
}

async function startAgain(dataDir: string, port: number): Promise<string[]> {
  const lines: string[] = [];
  const platform = await startPlatform([serverPart("server", port)], {
    dataDir,
    log: (line) => lines.push(line),
  });
  onTestFinished(() => platform.stop());
  return lines;
}

const recorded = (dataDir: string) => JSON.parse(readFileSync(join(dataDir, "run.json"), "utf8"));

describe("a start after the supervisor was killed with -9", () => {
  it("stops what was left and takes over its port", async () => {
    const [dataDir, port] = [temporaryFolder(), await freePort()];
    await killHard(await supervisor(dataDir, port));
    const left = recorded(dataDir).parts.server.process;
    expect(await answers(port)).toBe(true); // or there would be nothing to clean up
    const lines = await startAgain(dataDir, port);
    expect(lines.join()).toContain(`Stopping server (process ${left.pid})`);
    expect(processIdentity(left.pid)).not.toBe(left.identity);
    expect(await answers(port)).toBe(true);
  });

  it("does so for a part that ignores the request to end", async () => {
    const [dataDir, port] = [temporaryFolder(), await freePort()];
    await killHard(await supervisor(dataDir, port, `process.on("SIGTERM", () => {})`));
    const run = recorded(dataDir);
    run.parts.server.stopGraceMs = 50;
    writeFileSync(join(dataDir, "run.json"), JSON.stringify(run));
    await startAgain(dataDir, port);
    expect(await answers(port)).toBe(true);
  });

  it.runIf(process.platform === "linux")(
    "finds a part that was started in the moment before its pid was recorded",
    async () => {
      const [dataDir, port] = [temporaryFolder(), await freePort()];
      await killHard(await supervisor(dataDir, port));
      const run = recorded(dataDir);
      run.parts.server.process = null;
      writeFileSync(join(dataDir, "run.json"), JSON.stringify(run));
      await startAgain(dataDir, port); // would fail with "taken"
      expect(await answers(port)).toBe(true);
    },
  );

  it("does not touch a process that has been given a recorded pid since", async () => {
    const [dataDir, port] = [temporaryFolder(), await freePort()];
    await killHard(await supervisor(dataDir, port));
    const bystander = runScript(`console.log("here"); setInterval(() => {}, 1e6)`);
    await bystander.prints("here");
    const run = recorded(dataDir);
    run.parts.bystander = {
      ...run.parts.server,
      process: { pid: bystander.child.pid, identity: run.parts.server.process.identity },
    };
    writeFileSync(join(dataDir, "run.json"), JSON.stringify(run));
    await startAgain(dataDir, port);
    expect(bystander.child.exitCode ?? bystander.child.signalCode).toBeNull();
  });

  it("refuses while that supervisor still lives", async () => {
    const [dataDir, port] = [temporaryFolder(), await freePort()];
    const living = await supervisor(dataDir, port);
    await expect(startAgain(dataDir, await freePort())).rejects.toThrow(`process id ${living.child.pid}`);
    expect(await answers(port)).toBe(true);
    await killHard(living);
    await startAgain(dataDir, port);
  });

  it("has nothing to do for a supervisor that ended by an error of its own", async () => {
    const [dataDir, port] = [temporaryFolder(), await freePort()];
    const script = await supervisor(
      dataDir,
      port,
      "",
      `process.on("SIGUSR2", () => { throw new Error("a bug"); });`,
    );
    expect(await answers(port)).toBe(true);
    script.child.kill("SIGUSR2");
    expect(await script.ended).toBe(1);
    await until(async () => !(await answers(port)));
  });
});
