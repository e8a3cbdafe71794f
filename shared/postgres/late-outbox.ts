import { type SQL, sql } from "drizzle-orm";
import type { Outbox, OutboxRow } from "./relay.ts";

/**
 * How long a row that was sent may wait for a statement to go along with. Well below the time for which it is claimed
 * (`CLAIM_MS`), after which a sweep would send it again.
 */
const LATEST_MS = 1_000;

/** Deletes these rows; for use within a statement that writes anyhow. */
export function forgetSent(ids: number[]): SQL {
  return sql`
    delete from outbox where id = any(array(select jsonb_array_elements_text(${JSON.stringify(ids)}::jsonb)::bigint))`;
}

/**
 * The rows that an object has sent and that are still in its outbox: they are deleted along with the next that it writes,
 * instead of by a call of their own, or after {@link LATEST_MS} where it writes nothing. Who dies before that leaves
 * rows behind that are sent twice, as a crash between sending and deleting always does.
 */
export class LateOutbox {
  readonly #outbox: Outbox;
  #rows: OutboxRow[] = [];
  #timer: ReturnType<typeof setTimeout> | null = null;
  #wasTaken = false;

  /** @param outbox that deletes at once */
  constructor(outbox: Outbox) {
    this.#outbox = outbox;
  }

  /** Notes rows that are durable in Kafka. */
  add(rows: OutboxRow[]): void {
    this.#rows.push(...rows);
    this.#wait();
  }

  /**
   * Writes something, and with it the end of all rows noted so far.
   * @param write is given their ids; where it fails they are kept for the next
   */
  async along<T>(write: (ids: number[]) => Promise<T>): Promise<T> {
    const rows = this.#rows;
    this.#rows = [];
    this.#wasTaken = true;
    try {
      return await write(rows.map(({ id }) => id));
    } catch (error) {
      this.add(rows);
      throw error;
    }
  }

  /** Deletes what is left. Best effort: what it leaves is claimed by a sweep. */
  async flush(): Promise<void> {
    const rows = this.#rows;
    this.#rows = [];
    await this.#outbox.sent(rows).catch(() => undefined);
  }

  #wait(): void {
    if (this.#timer !== null || this.#rows.length === 0) return;
    this.#wasTaken = false;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      // What is there now came after the last write: the next one is soon.
      if (this.#wasTaken) this.#wait();
      else void this.flush();
    }, LATEST_MS);
  }
}
