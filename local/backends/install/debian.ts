import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type Binaries, binariesIn } from "../../postgres/binaries.ts";
import { madeOnce } from "./cache.ts";
import { InstallError, output, outputOrNone } from "./command.ts";

/** What of Debian's is unpacked: servers of which no service is to be installed or started. */
const REDIS = ["redis-server", "redis-tools"];

/** A server that was unpacked. */
export interface DebianServer {
  file: string;
  /** As the program itself says it. */
  version: string;
  /** Where its libraries lie that the machine may lack. */
  libraryPath: string;
}

/** Debian's PostgreSQL, whichever its release has. @throws InstallError where there are no Debian packages */
export async function debianPostgres(): Promise<Binaries> {
  const depends = await asked("postgresql");
  const major = /Depends: postgresql-(\d+)/.exec(depends)?.[1];
  if (!major) throw new InstallError(`Debian's postgresql names no version: ${depends}`);
  const root = await unpacked([`postgresql-${major}`, `postgresql-client-${major}`]);
  const nativeDir = join(root, "usr/lib/postgresql", major);
  const libraryPath = librariesIn(root);
  const programs = binariesIn(nativeDir, "");
  const said = await output(programs.postgres, ["--version"], { env: { LD_LIBRARY_PATH: libraryPath } });
  const version = /\d+(?:\.\d+)+/.exec(said)?.[0] ?? major;
  return { ...programs, version, libraryPath };
}

/** Debian's Redis. @throws InstallError where there are no Debian packages */
export async function debianRedis(): Promise<DebianServer> {
  const root = await unpacked(REDIS);
  const file = join(root, "usr/bin/redis-server");
  const libraryPath = librariesIn(root);
  const said = await output(file, ["--version"], { env: { LD_LIBRARY_PATH: libraryPath } });
  return { file, version: /v=(\S+)/.exec(said)?.[1] ?? said.trim(), libraryPath };
}

/**
 * The folder that holds programs of these packages, for what is run once and ends. Libraries that they share are those
 * of the machine. @throws InstallError where there are no Debian packages
 */
export function debianPrograms(packages: readonly string[]): Promise<string> {
  return unpacked(packages);
}

/**
 * The folder that these packages were unpacked to, with what they need and the machine does not have. Nothing is
 * installed: installing a server would make a service of it, and start it.
 */
async function unpacked(names: readonly string[]): Promise<string> {
  const first = names[0] ?? "";
  const version = /Candidate: (\S+)/.exec(await policyOf(first))?.[1] ?? "unknown";
  return madeOnce(`debian/${first}-${version.replaceAll(/[^\w.+~-]/g, "_")}`, async (dir) => {
    const plan = await output("apt-get", ["-s", "install", "--no-install-recommends", ...names]);
    const missing = [...plan.matchAll(/^Inst (\S+)/gm)].map(([, name = ""]) => name);
    const wanted = [...new Set([...names, ...missing])];
    // Debian's downloader drops its rights where it can, and cannot write here then: as ourselves it says nothing of that.
    await output("apt-get", ["-o", "APT::Sandbox::User=root", "download", ...wanted], { cwd: dir });
    for (const file of readdirSync(dir).filter((name) => name.endsWith(".deb"))) {
      await output("dpkg-deb", ["-x", join(dir, file), dir]);
      rmSync(join(dir, file));
    }
  });
}

/** A package that nothing knows of is looked for again with fresh lists. */
async function policyOf(name: string): Promise<string> {
  const policy = await outputOrNone("apt-cache", ["policy", name]);
  if (policy === undefined)
    throw new InstallError("Debian's packages are needed (apt-get), which are not here");
  if (/Candidate: \(none\)|^$/.test(policy.trim())) {
    await output("apt-get", ["update"]);
    return output("apt-cache", ["policy", name]);
  }
  return policy;
}

async function asked(name: string): Promise<string> {
  await policyOf(name);
  return output("apt-cache", ["depends", name]);
}

function librariesIn(root: string): string {
  const lib = join(root, "usr/lib");
  const triplets = existsSync(lib) ? readdirSync(lib).filter((name) => name.endsWith("-linux-gnu")) : [];
  return triplets.map((name) => join(lib, name)).join(":");
}
