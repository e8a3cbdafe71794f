import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** `<UTC time to the millisecond, 17 digits>_<what>.sql`. The digits decide the order. */
const FILE_NAME = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d{3})_[a-z0-9][a-z0-9-]*\.sql$/;
const DIGITS = 17;
/** A comment that makes node-pg-migrate run only a part of the file. */
const DIRECTION_COMMENT = /^\s*--[\s-]*(up|down)\s+migration/im;

/** A migration as it lies on disk. `name` is the file's name without its suffix, as it is recorded. */
export type MigrationFile = { name: string; path: string; content: string; sha256: string };

/** Reads a service's folder, in order. Throws, naming the file, on anything that is not a plain migration. */
export async function readMigrations(dir: string): Promise<MigrationFile[]> {
  const files = (await readdir(dir)).filter((file) => !file.startsWith(".")).sort();
  const migrations: MigrationFile[] = [];
  for (const file of files) {
    const path = join(dir, file);
    if (!isNumbered(file)) {
      throw new Error(`${path}: a migration is named <UTC time, 17 digits>_<lower-case-words>.sql`);
    }
    const previous = migrations.at(-1)?.name;
    if (previous?.slice(0, DIGITS) === file.slice(0, DIGITS)) {
      throw new Error(`${path}: has the same time as ${previous}, so their order is undecided`);
    }
    const content = await readFile(path, "utf8");
    if (DIRECTION_COMMENT.test(content))
      throw new Error(`${path}: migrations only go up; drop the direction`);
    const sha256 = createHash("sha256").update(content).digest("hex");
    migrations.push({ name: file.slice(0, -".sql".length), path, content, sha256 });
  }
  return migrations;
}

function isNumbered(file: string): boolean {
  const [, year, month, day, hours, minutes, seconds, ms] = FILE_NAME.exec(file) ?? [];
  return !Number.isNaN(Date.parse(`${year}-${month}-${day}T${hours}:${minutes}:${seconds}.${ms}Z`));
}
