/** The wire protocol's messages begin with their length, as a 32-bit integer that counts itself. */
const HEADER_BYTES = 16;
/** A server's maxMessageSizeBytes. */
const MAX_FRAME_BYTES = 48_000_000;

/** Cuts what arrives of a stream into whole messages of the wire protocol. */
export class Frames {
  #rest: Buffer = Buffer.alloc(0);

  /** @returns the messages that are whole by now @throws RangeError for a length that no message has */
  push(chunk: Buffer): Buffer[] {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const whole: Buffer[] = [];
    while (this.#rest.length >= HEADER_BYTES) {
      const length = this.#rest.readInt32LE(0);
      if (length < HEADER_BYTES || length > MAX_FRAME_BYTES)
        throw new RangeError(`a message of ${length} bytes`);
      if (this.#rest.length < length) break;
      whole.push(this.#rest.subarray(0, length));
      this.#rest = this.#rest.subarray(length);
    }
    return whole;
  }
}

export const requestIdOf = (frame: Buffer): number => frame.readInt32LE(4);
export const responseToOf = (frame: Buffer): number => frame.readInt32LE(8);
