import { closeSync, fstatSync, openSync, readSync } from "node:fs";

const CHUNK_BYTES = 64 * 1024;
const NEWLINE = 0x0a;

/** The most that is read back for the last lines of a log. */
const MAX_TAIL_BYTES = 16 * 1024 * 1024;

/** Where the last `lines` lines of an open file begin, in bytes; a line that has no end yet is one too. */
function startOfTail(fd: number, lines: number): number {
  const size = fstatSync(fd).size;
  if (lines === 0) return size;
  const chunk = Buffer.alloc(CHUNK_BYTES);
  let missing = lines;
  for (let end = size; end > 0 && size - end < MAX_TAIL_BYTES; ) {
    const start = Math.max(0, end - CHUNK_BYTES);
    const bytes = readSync(fd, chunk, 0, end - start, start);
    for (let at = bytes - 1; at >= 0; at--) {
      // The newline at the very end closes the last line, and parts it from nothing.
      if (chunk[at] !== NEWLINE || start + at === size - 1) continue;
      missing -= 1;
      if (missing === 0) return start + at + 1;
    }
    end = start;
  }
  return size > MAX_TAIL_BYTES ? size - MAX_TAIL_BYTES : 0;
}

/** A file that is read on as it grows, also after it was renamed. */
export class GrowingFile {
  readonly #fd: number;
  #position: number;

  /** Begins `lines` lines before the end, or with the first byte. @throws ENOENT */
  constructor(file: string, lines: number | "all") {
    this.#fd = openSync(file, "r");
    this.#position = lines === "all" ? 0 : startOfTail(this.#fd, lines);
  }

  /** Hands over everything that was written since. */
  read(write: (chunk: Buffer) => void): void {
    for (;;) {
      const chunk = Buffer.alloc(CHUNK_BYTES);
      const bytes = readSync(this.#fd, chunk, 0, CHUNK_BYTES, this.#position);
      if (bytes === 0) return;
      this.#position += bytes;
      write(chunk.subarray(0, bytes));
    }
  }

  /** Tells this file from another one under the same name. */
  get inode(): number {
    return fstatSync(this.#fd).ino;
  }

  /** Whether it has become shorter than what was read of it. */
  get isCut(): boolean {
    return fstatSync(this.#fd).size < this.#position;
  }

  close(): void {
    closeSync(this.#fd);
  }
}
