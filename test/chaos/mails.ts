import { setTimeout as delay } from "node:timers/promises";
import type { MailSummary } from "#local/mail/storage/store.ts";

const POLL_MS = 1_000;
const PAGE = 1_000;
const LIMIT_MS = 5_000;

/** Follows what a mail catcher catches, which keeps only its newest: a reader that comes at the end would miss most. */
export class MailFollower {
  /** When each copy was taken, epoch ms, by its Message-ID. */
  readonly caught = new Map<string, number[]>();
  /** How many came and went between two looks. */
  unseen = 0;
  readonly #url: string;
  #last = 0;
  #isOver = false;
  #running: Promise<void> | null = null;

  /** @param url the catcher's page */
  constructor(url: string) {
    this.#url = url;
  }

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    // It is killed and stopped like the others: what it has, it still has afterwards.
    for (; !this.#isOver; await delay(POLL_MS)) await this.look().catch(() => {});
  }

  /** Reads all that came since the last look. Rejects when the catcher does not answer. */
  async look(): Promise<void> {
    for (;;) {
      const signal = AbortSignal.timeout(LIMIT_MS);
      const response = await fetch(`${this.#url}/api/mails?after=${this.#last}&limit=${PAGE}`, { signal });
      if (!response.ok) throw new Error(`the mail catcher answers ${response.status}`);
      const { mails } = (await response.json()) as { mails: MailSummary[] };
      for (const mail of mails) this.#take(mail);
      if (mails.length < PAGE) return;
    }
  }

  #take({ id, messageId, receivedAt }: MailSummary): void {
    if (id <= this.#last) return;
    this.unseen += id - this.#last - 1;
    this.#last = id;
    const known = this.caught.get(messageId ?? "") ?? [];
    this.caught.set(messageId ?? "", [...known, Date.parse(receivedAt)]);
  }
}
