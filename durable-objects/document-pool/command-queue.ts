import type { Clock } from "#shared/clock.ts";
import { within } from "#shared/within.ts";
import { readKey } from "./read-key.ts";
import type { DocumentAnswer, DocumentCommand } from "./rpc.ts";

/** Commands that wait at once. A sale's rush is mostly the same few reads, which wait as one. */
const MAX_WAITING = 1_000;

/** Who has waited for so long is told that the database cannot now: the caller's own patience ends about then. */
export const MAX_WAIT_MS = 5_000;

/**
 * Whoever asked is answered by then, and the next command begins. Each wait inside the driver has a limit of its own
 * (`connection.ts`), but a command that meets a server which stands still has up to five of them in a row.
 */
export const MAX_EXECUTION_MS = 10_000;

interface Waiting {
  command: DocumentCommand;
  /** Reads with the same key are the same read; null for what writes. */
  key: string | null;
  since: number;
  answers: ((answer: DocumentAnswer) => void)[];
}

export interface CommandQueueOptions {
  /** How many commands are under way at once: as many as there are connections. */
  atOnce: number;
  execute(command: DocumentCommand): Promise<DocumentAnswer>;
  clock: Clock;
}

/**
 * Commands in the order in which they came, a few at once. A read that is asked for while the same read still waits
 * is answered by that one: it has not begun, so it sees all that was written before either was asked for. When a
 * thousand buyers ask for one event, the database is asked a few times.
 */
export class CommandQueue {
  readonly #options: CommandQueueOptions;
  readonly #waiting: Waiting[] = [];
  readonly #reads = new Map<string, Waiting>();
  #underWay = 0;
  #isWatched = false;

  constructor(options: CommandQueueOptions) {
    this.#options = options;
  }

  /** Never rejects: whatever goes wrong is said in the answer. */
  run(command: DocumentCommand): Promise<DocumentAnswer> {
    const key = readKey(command);
    const same = key === null ? undefined : this.#reads.get(key);
    return new Promise((resolve) => {
      if (same) same.answers.push(resolve);
      else if (this.#waiting.length >= MAX_WAITING) resolve(unavailable("too many commands wait"));
      else this.#enqueue({ command, key, since: this.#options.clock(), answers: [resolve] });
    });
  }

  #enqueue(waiting: Waiting): void {
    this.#waiting.push(waiting);
    if (waiting.key !== null) this.#reads.set(waiting.key, waiting);
    this.#begin();
    this.#watch();
  }

  #begin(): void {
    this.#sendAway();
    while (this.#underWay < this.#options.atOnce) {
      const next = this.#next();
      if (!next) return;
      void this.#execute(next);
    }
  }

  /** The one that has waited longest. */
  #next(): Waiting | undefined {
    const next = this.#waiting.shift();
    // From here on it may miss what is written: whoever asks now asks anew.
    if (next && next.key !== null) this.#reads.delete(next.key);
    return next;
  }

  /** Who has waited for too long. Nobody is asked for that: a command that is under way may take long itself. */
  #sendAway(): void {
    const tooLong = this.#options.clock() - MAX_WAIT_MS;
    while (this.#waiting.length > 0 && this.#waiting[0]!.since <= tooLong) {
      tell(this.#next()!.answers, unavailable("waited for too long"));
    }
  }

  /** One timer for all who wait, and none while nobody does. */
  #watch(): void {
    const [longest] = this.#waiting;
    if (this.#isWatched || !longest) return;
    this.#isWatched = true;
    const inMs = longest.since + MAX_WAIT_MS - this.#options.clock();
    setTimeout(
      () => {
        this.#isWatched = false;
        this.#sendAway();
        this.#watch();
      },
      Math.max(1, inMs),
    );
  }

  async #execute({ command, answers }: Waiting): Promise<void> {
    this.#underWay += 1;
    const answer = await this.#answerTo(command);
    this.#underWay -= 1;
    tell(answers, answer);
    this.#begin();
  }

  async #answerTo(command: DocumentCommand): Promise<DocumentAnswer> {
    try {
      return await within(MAX_EXECUTION_MS, this.#options.execute(command));
    } catch (error) {
      return unavailable(String(error));
    }
  }
}

const unavailable = (detail: string): DocumentAnswer => ({ ok: false, kind: "unavailable", detail });

function tell(answers: Waiting["answers"], answer: DocumentAnswer): void {
  for (const resolve of answers) resolve(answer);
}
