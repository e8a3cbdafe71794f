import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { freePort } from "../shared/free-port.ts";
import { answers, runScript, temporaryFolder, until } from "../supervisor/testing.ts";

const url = (file: string): string => new URL(file, import.meta.url).href;

/** The foreground process of `npm start` with one server that, when `stubborn`, does not end when asked. */
async function foreground({
  stubborn = false,
  ready = "probe",
  seed = 'async () => "seeded 1 event"',
  dataDir = temporaryFolder(),
} = {}) {
  const port = await freePort();
  const server = `require("node:net").createServer().listen(${port}, "127.0.0.1"); console.log("serving");
    ${stubborn ? 'process.on("SIGTERM", () => {});' : ""}`;
  const script = runScript(`
    import { connect } from "node:net";
    import { runInForeground } from ${JSON.stringify(url("start-platform.ts"))};
    const probe = () => new Promise((resolve, reject) => connect(${port}, "127.0.0.1", resolve).on("error", reject));
    process.exit(await runInForeground({
      config: { dataDir: ${JSON.stringify(dataDir)} },
      parts: [{
        name: "gateway", ports: [${port}], ready: ${ready}, startLimitMs: 5_000, stopGraceMs: 3_600_000,
        command: () => ({ file: process.execPath, args: ["-e", ${JSON.stringify(server)}], env: {} }),
        addresses: [{ label: "API", url: "http://localhost:${port}" }, { label: "API docs", url: "http://localhost:${port}/docs" }],
      }],
      fresh: false, installMs: 61_500, seed: ${seed}, welcome: "curl -s http://localhost:${port}/health",
    }));`);
  return { ...script, port, dataDir };
}

describe("npm start", () => {
  it("refuses an unknown flag, and a malformed variable by its name", () => {
    const start = (args: string[], env: Record<string, string>) =>
      spawnSync(process.execPath, [join(import.meta.dirname, "start.ts"), ...args], {
        env,
        encoding: "utf8",
      });
    const flag = start(["--frehs"], {});
    expect(flag.status).toBe(2);
    expect(flag.stderr).toMatch(/'--frehs'[\s\S]*Usage: npm start/);
    const variable = start([], { TICKETFLOW_PORT_OFFSET: "many" });
    expect(variable.status).toBe(1);
    expect(variable.stderr).toMatch(/^TICKETFLOW_PORT_OFFSET must be .*"many"\.$/m);
  });

  it("prints each time, the addresses and the line to try", async () => {
    const { child, ended, prints, output, port } = await foreground();
    await prints("Ctrl-C stops it.");
    child.kill("SIGINT");
    await ended;
    expect(output()).toMatch(/Install: 61\.5 s\. Start: \d+\.\d s\. Seed: \d+\.\d s \(seeded 1 event\)/);
    expect(output()).toContain(
      `  API       http://localhost:${port}\n  API docs  http://localhost:${port}/docs\n`,
    );
    expect(output()).toContain(`curl -s http://localhost:${port}/health`);
  });

  it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
    "stops everything on %s, and ends with 0",
    async (signal) => {
      const { child, ended, prints, port, dataDir } = await foreground();
      await prints("Ctrl-C stops it.");
      child.kill(signal);
      expect(await ended).toBe(0);
      expect(await answers(port)).toBe(false);
      expect(readdirSync(dataDir).sort()).toEqual([".ticketflow-data", "logs"]);
    },
  );

  it("waits for a part that takes its time, takes a doubled Ctrl-C for one, and kills on a second", async () => {
    const { child, ended, prints, port } = await foreground({ stubborn: true });
    await prints("Ctrl-C stops it.");
    child.kill("SIGINT");
    await prints("Stopping");
    child.kill("SIGINT"); // what npm passes on, right after
    await new Promise((resolve) => setTimeout(resolve, 700)); // the time in which a wrong kill would show
    expect(await answers(port)).toBe(true);
    child.kill("SIGINT");
    expect(await ended).toBe(130);
    expect(await answers(port)).toBe(false);
  });

  it("can be stopped while it starts", async () => {
    const { child, ended, port } = await foreground({ ready: "() => new Promise(() => {})" });
    await until(() => answers(port));
    child.kill("SIGINT");
    expect(await ended).toBe(130);
    expect(await answers(port)).toBe(false);
  });

  it("can be stopped while it seeds", async () => {
    const { child, ended, prints, port } = await foreground({
      seed: '() => { console.log("seeding"); return new Promise(() => {}); }',
    });
    await prints("seeding");
    child.kill("SIGTERM");
    expect(await ended).toBe(143);
    expect(await answers(port)).toBe(false);
  });

  it("ends with 1 and the reason when a part does not start or the seeding fails, with nothing left", async () => {
    const part = await foreground({ ready: '() => Promise.reject(new Error("status 500"))' });
    expect(await part.ended).toBe(1);
    expect(part.output()).toContain("gateway did not become ready within 5 s (its probe: status 500)");
    expect(part.output()).toContain("| serving");
    const seed = await foreground({ seed: '() => Promise.reject(new Error("no such venue"))' });
    expect(await seed.ended).toBe(1);
    expect(seed.output()).toContain("no such venue");
    expect([await answers(part.port), await answers(seed.port)]).toEqual([false, false]);
  });
});
