import type { Socket } from "node:net";

/** With so many bytes held back, the sender is read on only when some are out. */
const MAX_HELD_BYTES = 1_000_000;

/** The bytes of one direction, from one socket to another, each piece as late as is wished, never out of order. */
export class Flow {
  readonly #from: Socket;
  readonly #to: Socket;
  /** Null: the end. `since` is on the clock of `performance.now()`, in ms. */
  #held: { piece: Buffer | null; since: number }[] = [];
  #heldBytes = 0;
  #delayMs = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(from: Socket, to: Socket) {
    this.#from = from;
    this.#to = to;
    from.on("data", (piece) => this.#take(piece as Buffer));
    from.once("end", () => this.#take(null));
    to.on("drain", () => this.#resumeIfRoom());
    to.once("close", () => {
      clearTimeout(this.#timer);
      this.#held = [];
    });
  }

  /** @param ms Infinity: nothing goes out until another delay is set */
  setDelay(ms: number): void {
    this.#delayMs = ms;
    this.#release();
  }

  #take(piece: Buffer | null): void {
    this.#held.push({ piece, since: performance.now() });
    this.#heldBytes += piece?.length ?? 0;
    if (this.#heldBytes > MAX_HELD_BYTES) this.#from.pause();
    this.#release();
  }

  /** Writes what has waited long enough, and comes back for the next. */
  #release(): void {
    clearTimeout(this.#timer);
    // No timer waits for ever.
    if (this.#delayMs === Number.POSITIVE_INFINITY) return;
    while (this.#held[0] && this.#waitOf(this.#held[0].since) <= 0) this.#write(this.#held.shift()!.piece);
    const next = this.#held[0];
    // A timer may be a millisecond early: then it is set once more.
    if (next) this.#timer = setTimeout(() => this.#release(), Math.ceil(this.#waitOf(next.since)));
    this.#resumeIfRoom();
  }

  #waitOf(since: number): number {
    return since + this.#delayMs - performance.now();
  }

  #write(piece: Buffer | null): void {
    if (piece === null) {
      this.#to.end();
      return;
    }
    this.#heldBytes -= piece.length;
    if (!this.#to.write(piece)) this.#from.pause();
  }

  #resumeIfRoom(): void {
    const hasRoom = this.#heldBytes <= MAX_HELD_BYTES && !this.#to.writableNeedDrain;
    if (hasRoom && this.#from.isPaused()) this.#from.resume();
  }
}
