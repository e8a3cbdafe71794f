import type { Envelope } from "#shared/saga/envelope.ts";
import { DONE, type Outcome } from "#shared/saga/handlers.ts";
import { wireTopic } from "#shared/saga/wire.ts";
import { ConsumerCore } from "../core.ts";
import { memoryStore } from "../memory-store.ts";
import { MemoryLog } from "./memory-log.ts";

export const PARTITION = 3;
const CONFIRM = wireTopic("seats.confirm");
export const RELEASE = wireTopic("seats.release");

/** Consumers of two topics over one log and one store, with a handler and a clock that a test sets. */
export class Rig {
  now = 1_800_000_000_000;
  readonly log = new MemoryLog();
  readonly store = memoryStore();
  /** The ids of what was handed over, by batch. */
  readonly batches: string[][] = [];
  answer: (message: Envelope) => Outcome = () => DONE;

  get seen(): string[] {
    return this.batches.flat();
  }

  /** A consumer as it wakes: it knows what the store knows. */
  consumer(): ConsumerCore {
    return new ConsumerCore({
      topics: [CONFIRM, RELEASE],
      partitions: [PARTITION],
      group: "g",
      log: this.log,
      store: this.store,
      handle: async (batch) => {
        this.batches.push(batch.map(({ id }) => id));
        return batch.map((message) => this.answer(message));
      },
      clock: () => this.now,
      random: () => 0.5,
      logger: { info() {}, warn() {}, error() {} },
    });
  }

  put(...messages: Envelope[]): Promise<void> {
    return this.log.put(PARTITION, ...messages);
  }

  /** Turns, moving the clock each time to what is due next. */
  async drain(core: ConsumerCore, turns = 50): Promise<void> {
    for (let turn = 0; turn < turns; turn++) {
      await core.turn(0);
      const { nextAt } = core.parked;
      if (nextAt !== null) this.now = Math.max(this.now, nextAt);
    }
  }
}
