import type { LogRecord } from "#shared/log/topic-log.ts";
import type { Parked, ParkedBecause } from "./ports.ts";

/**
 * Who waits behind whom: the messages of one key in one topic form a line, and only the head of a line is
 * tried. Lines of one key in different topics do not wait for one another: Kafka keeps no order between
 * them, and what the head of one waits for may be behind it in time, but never in its own topic.
 * Keeps in memory what the store has, and the changes that the store has yet to save.
 */
export class LineUp {
  /** Parked messages by ticket; a map keeps them in ticket order. */
  readonly #parked = new Map<number, Parked>();
  /** The tickets of each line. */
  readonly #lines = new Map<string, number[]>();
  readonly #stored = new Set<number>();
  readonly #changed = new Set<number>();
  readonly #removed = new Set<number>();
  /** Parked in this very turn: not tried again before the next one. */
  readonly #heldThisTurn = new Set<number>();
  #nextTicket = 1;

  constructor(stored: Parked[]) {
    for (const message of [...stored].sort((a, b) => a.ticket - b.ticket)) {
      this.#insert(message);
      this.#stored.add(message.ticket);
      this.#nextTicket = message.ticket + 1;
    }
  }

  get size(): number {
    return this.#parked.size;
  }

  countByTopic(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const { topic } of this.#parked.values()) counts.set(topic, (counts.get(topic) ?? 0) + 1);
    return counts;
  }

  has(because: ParkedBecause): boolean {
    for (const message of this.#parked.values()) if (message.because === because) return true;
    return false;
  }

  /** When the first head of a line is due, or null. */
  nextAt(): number | null {
    let next: number | null = null;
    for (const [head] of this.#lines.values()) {
      const at = this.#parked.get(head!)!.nextAt;
      if (next === null || at < next) next = at;
    }
    return next;
  }

  /** The lines whose head is due, heads first within each line; at most `limit` messages or one line more. */
  takeDue(now: number, limit: number): Parked[] {
    const due: Parked[] = [];
    for (const [head, ...behind] of this.#lines.values()) {
      if (due.length >= limit) break;
      const message = this.#parked.get(head!)!;
      if (message.nextAt > now) continue;
      due.push(message, ...behind.map((ticket) => this.#parked.get(ticket)!));
    }
    return due;
  }

  /** New records as messages, each with the ticket of its place in line. */
  admit(records: LogRecord[]): Parked[] {
    return records.map(({ topic, partition, offset, key, value }) => ({
      ticket: this.#nextTicket++,
      because: "behind",
      attempts: 0,
      nextAt: 0,
      detail: "",
      topic,
      partition,
      offset,
      key,
      value,
    }));
  }

  /** Takes out of `waiting` what may be handed over together: heads of lines, one of each key. */
  nextRound(waiting: Parked[]): Parked[] {
    const round: Parked[] = [];
    const keys = new Set<string>();
    for (let index = 0; index < waiting.length; ) {
      const message = waiting[index]!;
      if (keys.has(message.key) || !this.#mayBeTried(message)) index++;
      else {
        keys.add(message.key);
        round.push(...waiting.splice(index, 1));
      }
    }
    return round;
  }

  #mayBeTried({ ticket, topic, key }: Parked): boolean {
    const head = this.#lines.get(lineOf({ topic, key }))?.[0];
    return (head === undefined || head === ticket) && !this.#heldThisTurn.has(ticket);
  }

  /** Parks what is left of a batch: it is behind messages that were parked before it. */
  parkRest(waiting: Parked[]): void {
    for (const message of waiting) if (!this.#parked.has(message.ticket)) this.park(message);
  }

  park(message: Parked): void {
    if (this.#parked.has(message.ticket)) this.#parked.set(message.ticket, message);
    else this.#insert(message);
    this.#changed.add(message.ticket);
    if (message.because !== "behind") this.#heldThisTurn.add(message.ticket);
  }

  remove(message: Parked): void {
    if (!this.#parked.delete(message.ticket)) return;
    const name = lineOf(message);
    const line = this.#lines.get(name)!.filter((ticket) => ticket !== message.ticket);
    if (line.length > 0) this.#lines.set(name, line);
    else this.#lines.delete(name);
    this.#changed.delete(message.ticket);
    if (this.#stored.delete(message.ticket)) this.#removed.add(message.ticket);
  }

  /** What the store has to save since the last call. */
  changes(): { parked: Parked[]; unparked: number[] } {
    const parked = [...this.#changed].map((ticket) => this.#parked.get(ticket)!);
    const unparked = [...this.#removed];
    for (const ticket of this.#changed) this.#stored.add(ticket);
    this.#changed.clear();
    this.#removed.clear();
    this.#heldThisTurn.clear();
    return { parked, unparked };
  }

  #insert(message: Parked): void {
    this.#parked.set(message.ticket, message);
    const name = lineOf(message);
    const line = this.#lines.get(name);
    if (line) line.push(message.ticket);
    else this.#lines.set(name, [message.ticket]);
  }
}

/** The name of a message's line. A topic's name has no space in it. */
function lineOf({ topic, key }: Pick<Parked, "topic" | "key">): string {
  return `${topic} ${key}`;
}
