import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until, watched } from "../supervisor/testing.ts";
import { listenAddress } from "./environment.ts";

/** Loopback as well, and not the default one. Only Linux has the whole 127.0.0.0/8 without being asked to. */
const OTHER = "127.0.0.2";

let dataDir: string;
beforeAll(() => {
  dataDir = mkdtempSync(join(tmpdir(), "listen-"));
});
afterAll(() => rmSync(dataDir, { recursive: true }));

/** The servers that go into images, each with what it needs to start. */
const FRONTS: Record<string, Record<string, string>> = {
  neon: { POSTGRES_HOST: "127.0.0.1", POSTGRES_PORT: "1" },
  redis: { REDIS_REST_TOKEN: "token" },
  "kafka-rest": { KAFKA_REST_USERNAME: "user", KAFKA_REST_PASSWORD: "password" },
};

/** TCP_LISTEN in the kernel's table. */
const LISTENS = "0A";

/** What a process has open under this number; undefined where it has closed it meanwhile. */
function openAs(pid: number, fd: string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/fd/${fd}`);
  } catch {
    return undefined;
  }
}

/**
 * The IPv4 addresses at which a process listens, as the kernel says. Asking its port at the other address may reach another
 * test's server.
 */
function addressesOf(pid: number): string[] {
  const open = new Set(readdirSync(`/proc/${pid}/fd`).map((fd) => openAs(pid, fd)));
  const rows = readFileSync(`/proc/${pid}/net/tcp`, "utf8").trim().split("\n").slice(1);
  return rows
    .map((row) => row.trim().split(/\s+/))
    .filter(([, , , state, , , , , , inode]) => state === LISTENS && open.has(`socket:[${inode}]`))
    .map(([, local]) => [...Buffer.from(local!.slice(0, 8), "hex")].reverse().join("."));
}

/** Starts a front, asks it once, and answers where it listens. */
async function listensAt(front: string, env: Record<string, string>): Promise<string[]> {
  const { child, output, ended } = watched(
    spawn(process.execPath, [join(import.meta.dirname, "..", front, "main.ts")], {
      env: { PORT: "0", DATA_DIR: join(dataDir, front), ...FRONTS[front], ...env },
      stdio: ["ignore", "pipe", "pipe"],
    }),
  );
  await until(() => output().includes('"listening"') || child.exitCode !== null);
  const port = Number(/"port":(\d+)/.exec(output())?.[1]);
  expect(port, output()).toBeGreaterThan(0);
  const addresses = addressesOf(child.pid!);
  for (const address of addresses) await (await fetch(`http://${address}:${port}/health`)).text();
  child.kill("SIGTERM");
  expect(await ended).toBe(0);
  return addresses;
}

describe.runIf(process.platform === "linux")("a server that goes into an image", () => {
  it.each(Object.keys(FRONTS))("listens on loopback, or where HOST says: %s", async (front) => {
    expect(await listensAt(front, {})).toEqual(["127.0.0.1"]);
    expect(await listensAt(front, { HOST: OTHER })).toEqual([OTHER]);
  });
});

it("takes an address, and no name", () => {
  expect(listenAddress({})).toBe("127.0.0.1");
  expect(listenAddress({ HOST: "" })).toBe("127.0.0.1");
  expect(listenAddress({ HOST: "0.0.0.0" })).toBe("0.0.0.0");
  expect(listenAddress({ HOST: "::" })).toBe("::");
  for (const HOST of ["localhost", "my-laptop", "0.0.0.0:80"]) {
    expect(() => listenAddress({ HOST })).toThrow("HOST must be an IP address");
  }
});
