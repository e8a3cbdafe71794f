import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, chown, mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Client } from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { freePort } from "../shared/free-port.ts";
import { closedParent, serverIdentity } from "./identity.ts";
import { type PrepareOptions, preparePostgres, wipePostgres } from "./prepare.ts";
import { postgresReady } from "./ready.ts";
import { clearStaleServer } from "./stale.ts";
import { spawnPostgres } from "./testing.ts";

const PASSWORD = "it's a 'quoted' one";
const here = import.meta.dirname;
let root: string;
let options: PrepareOptions;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "ticketflow-server-"));
  await chmod(root, 0o755);
  options = {
    dataDir: join(root, "data"),
    systemDir: join(root, "system"),
    port: await freePort(),
    superuserPassword: PASSWORD,
    durability: "none",
  };
});
afterEach(async () => {
  await wipePostgres(options);
  await rm(root, { recursive: true, force: true });
});

async function start() {
  const prepared = await preparePostgres(options);
  const child = await spawnPostgres(prepared, options.port, PASSWORD);
  return { child, prepared, exit: once(child, "exit") };
}

async function connect(overrides: object = {}): Promise<Client> {
  const client = new Client({
    host: "127.0.0.1",
    port: options.port,
    user: "postgres",
    password: PASSWORD,
    ...overrides,
  });
  client.on("error", () => {});
  await client.connect();
  return client;
}

describe("a prepared server", () => {
  test("is durable by default, listens on loopback only, and keeps its data over a restart", async () => {
    options = { ...options, durability: "full" };
    const first = await start();
    const client = await connect();
    const setting = async (name: string) =>
      ((await client.query("select current_setting($1) as value", [name])).rows[0] as { value: string })
        .value;
    for (const name of ["fsync", "synchronous_commit", "full_page_writes"])
      expect(await setting(name)).toBe("on");
    expect(await setting("listen_addresses")).toBe("127.0.0.1");
    expect(await setting("unix_socket_directories")).toBe("");
    expect(await setting("server_encoding")).toBe("UTF8");
    expect(await setting("server_version")).toMatch(/^18\./);
    await client.query("create table kept as select 7 as n");
    await client.end();
    first.child.kill("SIGINT");
    expect(await first.exit).toEqual([0, null]);

    const second = await start();
    const again = await connect();
    expect((await again.query("select n from kept")).rows).toEqual([{ n: 7 }]);
    await again.end();
    expect(second.prepared.notes).toEqual(first.prepared.notes);
  });

  test("has no password file left, and refuses a wrong password", async () => {
    const { prepared } = await start();
    await expect(stat(`${prepared.clusterDir}.new`)).rejects.toThrow("ENOENT");
    await expect(postgresReady(options.port, { password: "wrong" })).rejects.toThrow(
      "password authentication",
    );
    expect(await readFile(join(prepared.clusterDir, "pg_hba.conf"), "utf8")).not.toMatch(/trust|peer/);
  });

  test("a crash halfway through making the cluster leaves nothing in the way", async () => {
    const { clusterDir } = await preparePostgres(options);
    await rm(clusterDir, { recursive: true });
    await mkdir(clusterDir);
    await writeFile(join(clusterDir, "half"), "");
    await mkdir(`${clusterDir}.new/data/base`, { recursive: true });
    await start();
    expect(await postgresReady(options.port, { password: PASSWORD })).toBe(true);
  });

  test("nothing there is not ready; neither is something that never answers", async () => {
    expect(await postgresReady(options.port, { password: PASSWORD })).toBe(false);
    const { child } = await start();
    process.kill(child.pid!, "SIGSTOP");
    expect(await postgresReady(options.port, { password: PASSWORD, timeoutMs: 100 })).toBe(false);
    process.kill(child.pid!, "SIGCONT");
  });
});

describe("what a crashed launcher left", () => {
  test("a running server of this folder is stopped before the next start", async () => {
    const left = await start();
    const prepared = await preparePostgres(options);
    expect(await left.exit).toEqual([0, null]);
    expect(prepared.notes.join()).toContain(`pid ${left.child.pid}`);
    await spawnPostgres(prepared, options.port, PASSWORD);
  });

  test.runIf(process.platform === "linux")("one that does not shut down is killed", async () => {
    const left = await start();
    process.kill(left.child.pid!, "SIGSTOP");
    await clearStaleServer(left.prepared.clusterDir, 100);
    expect(await left.exit).toEqual([null, "SIGKILL"]);
    await start();
  });

  test.runIf(process.platform === "linux")("a query that outlives its killed server is ended", async () => {
    const left = await start();
    const client = await connect();
    // Busy, not asleep: a sleeping session would notice the death of its server at once.
    const busy = client.query("select count(*) from generate_series(1, 1e12::bigint)").catch(() => "ended");
    const watcher = await connect();
    while ((await watcher.query("select from pg_stat_activity where query like '%1e12%'")).rowCount !== 2);
    left.child.kill("SIGKILL");
    await left.exit;
    const prepared = await preparePostgres(options);
    expect(prepared.notes.join()).toContain("orphaned");
    expect(await busy).toBe("ended");
    await spawnPostgres(prepared, options.port, PASSWORD);
  });

  test("a stranger that got the old number is left alone, and does not keep the server from starting", async () => {
    const { clusterDir } = await preparePostgres(options);
    // As the server's own user: for another user's process the server itself would know better.
    const identity = await serverIdentity();
    const stranger = spawn("sleep", ["60"], { ...identity, stdio: "ignore" });
    await once(stranger, "spawn");
    const pidFile = join(clusterDir, "postmaster.pid");
    await writeFile(pidFile, `${stranger.pid}\n${clusterDir}\n1\n${options.port}\n\n127.0.0.1\n`);
    if (identity) await chown(pidFile, identity.uid, identity.gid);
    await start();
    expect([stranger.exitCode, stranger.signalCode]).toEqual([null, null]);
    stranger.kill();
  });
});

describe.runIf(process.getuid?.() === 0)("as root", () => {
  test("the server runs as another user, over a folder that only that user may read", async () => {
    const { child, prepared } = await start();
    expect(prepared.uid).toBeGreaterThan(0);
    expect(await readFile(`/proc/${child.pid}/status`, "utf8")).toContain(
      `Uid:\t${prepared.uid}\t${prepared.uid}`,
    );
    const folder = await stat(prepared.clusterDir);
    expect([folder.uid, folder.mode & 0o777]).toEqual([prepared.uid, 0o700]);
  });

  test("under a closed folder the data lies elsewhere, and wiping removes it from there", async () => {
    await mkdir(join(root, "home"), { mode: 0o700 });
    options = { ...options, dataDir: join(root, "home", "data") };
    const { child, prepared } = await start();
    expect(prepared.clusterDir.startsWith(options.systemDir!)).toBe(true);
    expect(prepared.notes.join()).toContain("may not enter");
    await wipePostgres(options);
    expect(child.exitCode).toBe(0);
    await expect(stat(prepared.clusterDir)).rejects.toThrow("ENOENT");
    await expect(stat(options.dataDir)).rejects.toThrow("ENOENT");
  });

  test("a plain user runs it himself, in place", async ({ skip }) => {
    if (await closedParent(here)) skip("the checkout is closed to other users");
    const identity = (await serverIdentity())!;
    await mkdir(options.dataDir);
    await chown(options.dataDir, identity.uid, identity.gid);
    const script = `
      const { preparePostgres } = await import(${JSON.stringify(join(here, "prepare.ts"))});
      const { spawnPostgres } = await import(${JSON.stringify(join(here, "testing.ts"))});
      const { once } = await import("node:events");
      const options = ${JSON.stringify(options)};
      const prepared = await preparePostgres(options);
      const child = await spawnPostgres(prepared, options.port, options.superuserPassword);
      const exit = once(child, "exit");
      child.kill("SIGINT");
      console.log(JSON.stringify({ uid: process.getuid(), asOther: "uid" in prepared, exit: await exit, ...prepared }));`;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["--input-type=module", "-e", script],
      identity,
    );
    expect(JSON.parse(stdout)).toMatchObject({
      uid: identity.uid,
      asOther: false,
      exit: [0, null],
      clusterDir: join(options.dataDir, "cluster"),
      notes: [],
    });
  });
});
