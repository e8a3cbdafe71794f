import type { SagaService, TopicName } from "#shared/saga/declaration.ts";
import { consumersOf, topicNames } from "#shared/saga/wire.ts";

/** What can go wrong with the handling of one message. */
export const FAULTS = [
  /** The handler will not have it, as often as it is tried: it ends among the dead letters. */
  "rejected",
  "thrown-before",
  "thrown-after",
  "twice",
  /** Handled while its producer does not know yet that it was sent, or before an earlier one of its booking. */
  "early",
  /** Handled when every time limit of its booking has passed. */
  "late",
  /** Handled, and the consumer died before it had written down how far it had read. */
  "crashed-unsaved",
] as const;

export type Fault = (typeof FAULTS)[number];

/** A consumed step of the saga and a fault of it. */
export interface Cell {
  service: SagaService;
  topic: TopicName;
  fault: Fault;
}

/** Every consumed step with every fault: whatever the declaration names is in it. */
export const CELLS: readonly Cell[] = topicNames.flatMap((topic) =>
  consumersOf(topic).flatMap((service) => FAULTS.map((fault) => ({ service, topic, fault }))),
);

export const cellName = ({ service, topic, fault }: Cell): string => `${service} ${topic} ${fault}`;

/** How often each cell was reached. */
export class Reached {
  readonly counts = new Map<string, number>();

  add(cell: Cell): void {
    const name = cellName(cell);
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
  }

  take(others: Iterable<[string, number]>): void {
    for (const [name, count] of others) this.counts.set(name, (this.counts.get(name) ?? 0) + count);
  }

  of(cell: Cell): number {
    return this.counts.get(cellName(cell)) ?? 0;
  }

  empty(): string[] {
    return CELLS.filter((cell) => this.of(cell) === 0).map(cellName);
  }
}
