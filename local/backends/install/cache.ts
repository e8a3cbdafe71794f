import { chmodSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

/**
 * Where programs are kept that are not npm's: TICKETFLOW_BACKENDS_DIR, or a folder that the machine has for such things.
 * As root it lies where other users may read it, for PostgreSQL runs as one of them.
 */
function backendsDir(env: Readonly<Record<string, string | undefined>> = process.env): string {
  if (env.TICKETFLOW_BACKENDS_DIR) return env.TICKETFLOW_BACKENDS_DIR;
  if (process.getuid?.() === 0) return "/var/cache/ticketflow/backends";
  return join(env.XDG_CACHE_HOME || join(homedir(), ".cache"), "ticketflow", "backends");
}

/**
 * A folder of the cache, made when it is not there. It is made beside its place and moved there when it is whole: a
 * crash leaves nothing that looks finished, and of two at once the second takes what the first has made.
 * @param name of the folder: what is in it, with its version
 */
export async function madeOnce(name: string, make: (dir: string) => Promise<void>): Promise<string> {
  const place = join(backendsDir(), name);
  if (existsSync(place)) return place;
  mkdirSync(dirname(place), { recursive: true, mode: 0o755 });
  const unfinished = mkdtempSync(`${place}.part-`);
  try {
    await make(unfinished);
    chmodSync(unfinished, 0o755);
    renameSync(unfinished, place);
  } catch (error) {
    if (!existsSync(place)) throw error;
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return place;
}
