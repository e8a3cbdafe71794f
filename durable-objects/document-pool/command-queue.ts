import { BSON } from "mongodb";
import type { Clock } from "#shared/clock.ts";
import type { DocumentAnswer, DocumentCommand } from "./rpc.ts";

/** Commands that wait at once. A sale's rush is mostly the same few reads, which wait as one. */
const MAX_WAITING = 1_000;

/** Who has waited for so long is told that the database cannot now: the caller's own patience ends about then. */
const MAX_WAIT_MS = 5_000;

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

  constructor(options: CommandQueueOptions) {
    this.#options = options;
  }

  /** Never rejects: whatever goes wrong is said in the answer. */
  run(command: DocumentCommand): Promise<DocumentAnswer> {
    const key = keyOf(command);
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
  }

  #begin(): void {
    while (this.#underWay < this.#options.atOnce) {
      const next = this.#waiting.shift();
      if (!next) return;
      // From here on it may miss what is written: whoever asks now asks anew.
      if (next.key !== null) this.#reads.delete(next.key);
      void this.#execute(next);
    }
  }

  async #execute({ command, since, answers }: Waiting): Promise<void> {
    const { clock } = this.#options;
    if (clock() - since >= MAX_WAIT_MS) return tell(answers, unavailable("waited for too long"));
    this.#underWay += 1;
    const answer = await this.#answerTo(command);
    this.#underWay -= 1;
    tell(answers, answer);
    this.#begin();
  }

  async #answerTo(command: DocumentCommand): Promise<DocumentAnswer> {
    try {
      return await this.#options.execute(command);
    } catch (error) {
      return unavailable(String(error));
    }
  }
}

function keyOf(command: DocumentCommand): string | null {
  const isRead = command.do === "findOne" || command.do === "find" || command.do === "count";
  return isRead ? BSON.EJSON.stringify(command) : null;
}

const unavailable = (detail: string): DocumentAnswer => ({ ok: false, kind: "unavailable", detail });

function tell(answers: Waiting["answers"], answer: DocumentAnswer): void {
  for (const resolve of answers) resolve(answer);
}
