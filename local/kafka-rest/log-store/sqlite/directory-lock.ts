import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/**
 * Makes this process the only owner of a data directory: two would hand out the same offsets. The lock is an
 * operating system lock on a file of its own, so that it ends with the process, however that ends.
 * Throws if another process holds it. Returns what releases it.
 */
export function lockDirectory(directory: string): () => void {
  const lock = new DatabaseSync(join(directory, "owner.lock"));
  try {
    lock.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    lock.close();
    throw new Error(`the data directory ${directory} is in use by another process`, { cause: error });
  }
  return () => lock.close();
}
