import { chmod, mkdir, mkdtemp, readFile, readlink, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { binariesIn, findBinaries, hydrateSymlinks } from "./binaries.ts";
import { closedParent, othersMayRun } from "./identity.ts";
import { innerClusterDir, outerDir, placeBinaries, placeCluster } from "./placement.ts";

const IDENTITY = { uid: 65_534, gid: 65_534 };
let root: string;
let dataDir: string;
let systemDir: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "ticketflow-placement-"));
  await chmod(root, 0o755);
  dataDir = join(root, "home", "data");
  systemDir = join(root, "system");
  await mkdir(dataDir, { recursive: true });
});
afterEach(() => rm(root, { recursive: true, force: true }));

const closeHome = () => chmod(join(root, "home"), 0o700);
const place = (identity: typeof IDENTITY | undefined = IDENTITY) =>
  placeCluster({ dataDir, identity, systemDir });

describe("where the cluster lies", () => {
  test("in the data folder, when everybody may enter its parents", async () => {
    expect(await place()).toEqual({ clusterDir: innerClusterDir(dataDir), notes: [] });
  });

  test("in the data folder, for a plain user, whatever others may enter", async () => {
    await closeHome();
    const placed = await placeCluster({ dataDir, identity: undefined, systemDir });
    expect(placed.clusterDir).toBe(innerClusterDir(dataDir));
  });

  test("outside, saying so, when a parent is closed; and there again the next time", async () => {
    await closeHome();
    const placed = await place();
    expect(placed.clusterDir).toBe(join(outerDir(dataDir, systemDir), "cluster"));
    expect(placed.notes.join()).toContain(join(root, "home"));
    await mkdir(placed.clusterDir);
    expect(await place()).toEqual(placed);
    await expect(stat(placed.clusterDir)).resolves.toBeDefined();
  });

  test("a data folder deleted by hand takes its cluster with it", async () => {
    await closeHome();
    const { clusterDir } = await place();
    await mkdir(clusterDir);
    await rm(dataDir, { recursive: true });
    expect((await place()).notes.join()).toContain("removed");
    await expect(stat(clusterDir)).rejects.toThrow("ENOENT");
  });

  test("a data folder that was copied is refused: two must not share a cluster", async () => {
    await closeHome();
    await place();
    const copy = join(root, "home", "copy");
    await mkdir(copy);
    const marker = "postgres-elsewhere.json";
    await writeFile(join(copy, marker), await readFile(join(dataDir, marker)));
    await expect(placeCluster({ dataDir: copy, identity: IDENTITY, systemDir })).rejects.toThrow(
      "moved or copied",
    );
  });

  test("nowhere, with an error that names the folder, when the other place is closed too", async () => {
    await closeHome();
    await mkdir(systemDir, { mode: 0o700 });
    await expect(place()).rejects.toThrow(systemDir);
  });
});

describe("who may run the programs", () => {
  async function fakePrograms(): Promise<string> {
    const nativeDir = join(root, "home", "native");
    await mkdir(join(nativeDir, "bin"), { recursive: true });
    await writeFile(join(nativeDir, "bin", "postgres"), "#!", { mode: 0o755 });
    return nativeDir;
  }

  test("reachable programs are run in place", async () => {
    const binaries = binariesIn(await fakePrograms(), "18.0.0");
    expect(await othersMayRun(binaries.postgres)).toBe(true);
    expect(await placeBinaries(binaries, IDENTITY, systemDir)).toBe(binaries);
  });

  test("unreachable ones are copied once, by version", async () => {
    const binaries = binariesIn(await fakePrograms(), "18.0.0");
    await closeHome();
    const placed = await placeBinaries(binaries, IDENTITY, systemDir);
    expect(placed.postgres).toBe(join(systemDir, "postgres-18.0.0", "bin", "postgres"));
    expect(await othersMayRun(placed.postgres)).toBe(true);
    await rm(binaries.nativeDir, { recursive: true });
    expect(await placeBinaries(binaries, undefined, systemDir)).toBe(binaries);
  });

  test("a program that others may not read is unreachable, and a closed parent is named", async () => {
    const binaries = binariesIn(await fakePrograms(), "18.0.0");
    await chmod(binaries.postgres, 0o711);
    expect(await othersMayRun(binaries.postgres)).toBe(false);
    await closeHome();
    expect(await closedParent(binaries.nativeDir)).toBe(join(root, "home"));
  });
});

describe("the installed programs", () => {
  test("are found for this platform", async () => {
    const binaries = await findBinaries();
    expect(binaries.version).toMatch(/^18\./);
    expect((await stat(binaries.postgres)).mode & 0o111).not.toBe(0);
  });

  test("an unknown platform and a package that is not installed are named", async () => {
    await expect(findBinaries("sunos", "sparc")).rejects.toThrow("sunos-sparc");
    const other = process.platform === "win32" ? (["linux", "x64"] as const) : (["win32", "x64"] as const);
    await expect(findBinaries(...other)).rejects.toThrow("is not installed");
  });

  test("get the links that a skipped install script left out, and keep those that are there", async () => {
    const nativeDir = join(root, "package", "native");
    await mkdir(join(nativeDir, "lib"), { recursive: true });
    await writeFile(
      join(nativeDir, "pg-symlinks.json"),
      JSON.stringify([{ source: "native/lib/libx.so.1.2", target: "native/lib/libx.so.1" }]),
    );
    await hydrateSymlinks(nativeDir);
    await hydrateSymlinks(nativeDir);
    expect(await readlink(join(nativeDir, "lib", "libx.so.1"))).toBe("libx.so.1.2");
  });
});
