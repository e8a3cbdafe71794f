import type { LogRecord, NewRecord, Partition, Position, TopicLog } from "#shared/log/topic-log.ts";
import type { SagaService, TopicName } from "#shared/saga/declaration.ts";
import { consumersOf, PARTITIONS, topicOf } from "#shared/saga/wire.ts";
import type { Faults } from "./faults.ts";
import type { Kernel } from "./kernel/kernel.ts";
import type { Process } from "./kernel/process.ts";

/** A record with what the run knows of it besides. */
interface Kept extends LogRecord {
  /** The envelope's id. */
  id: string;
}

/** What the run knows of a message, whichever records carry it. */
interface Told {
  key: string;
  topic: TopicName;
  /** Counts the messages of a run. */
  order: number;
  firstAt: number;
  /** Whether whoever sent it has heard that it was. */
  isAnswered: boolean;
  /** The services that have handled it. */
  handledBy: Set<SagaService>;
}

/** Kafka, in one memory: append-only partitions, seen by each consumer as late as the run's faults say. */
export class Topics {
  readonly #kernel: Kernel;
  readonly #faults: Faults;
  readonly #partitions = new Map<string, Kept[][]>();
  /** Until when a consumer does not see a topic's newest records, and from which offset on. */
  readonly #lags = new Map<string, { from: number; until: number }>();
  readonly told = new Map<string, Told>();
  /** The messages of one key, in their order. */
  readonly #toldOf = new Map<string, Told[]>();
  /** Called for each consumer that a record is for. */
  onAppend: (service: SagaService, partition: number) => void = () => {};
  /** Answers to produce calls that are held back until their messages were handled. */
  readonly #held: { ids: string[]; answer: () => void }[] = [];

  constructor(kernel: Kernel, faults: Faults) {
    this.#kernel = kernel;
    this.#faults = faults;
  }

  /** The log as one process reaches it; a consumer is told apart by its service. */
  portOf(process: Process, service: SagaService | null = null): TopicLog {
    const call = <T>(what: () => string, effect: () => T | Promise<T>): Promise<T> =>
      this.#kernel.call({ process, port: "kafka", what }, effect);
    return {
      produce: async (records) => {
        await call(
          () => `produce ${records.map(nameOf).join(", ")}`,
          () => this.#append(records),
        );
        this.#noteAnswered(records);
      },
      fetch: (positions) =>
        call(
          () => "fetch",
          () => positions.flatMap((each) => this.#read(each, service)),
        ),
      commit: async () => {},
      offsets: (at, partitions) =>
        call(
          () => `offsets ${at}`,
          () => partitions.map((each) => this.#offset(at, each)),
        ),
      ping: async () => {},
    };
  }

  /** What somebody else than the platform's processes appends: the organiser's events. */
  append(records: NewRecord[]): void {
    void Promise.resolve(this.#append(records)).then(() => this.#noteAnswered(records));
  }

  #append(records: NewRecord[]): void | Promise<void> {
    const ids: string[] = [];
    let isHeld = false;
    for (const record of records) {
      const topic = topicOf(record.topic);
      const id = idOf(record.value);
      ids.push(id);
      this.#keep(record, id);
      if (topic === undefined) continue;
      if (!this.told.has(id)) {
        const { key } = record;
        const order = this.told.size;
        const told = {
          key,
          topic,
          order,
          firstAt: this.#kernel.now,
          isAnswered: false,
          handledBy: new Set<SagaService>(),
        };
        this.told.set(id, told);
        this.#toldOf.set(key, [...(this.#toldOf.get(key) ?? []), told]);
      }
      for (const service of consumersOf(topic)) {
        this.#lag(service, topic, record);
        this.onAppend(service, record.partition);
      }
      if (this.#faults.isDoubled(topic)) this.#keep(record, id);
      isHeld ||= this.#faults.isAnswerHeld(topic);
    }
    if (!isHeld) return;
    return new Promise((answer) => this.#held.push({ ids, answer }));
  }

  #noteAnswered(records: NewRecord[]): void {
    for (const { value } of records) {
      const told = this.told.get(idOf(value));
      if (told) told.isAnswered = true;
    }
  }

  /** Lets go of what is held back: once it is handled, or when nothing else can happen. */
  letGo(everything = false): boolean {
    const ready = this.#held.filter(
      ({ ids }) => everything || ids.every((id) => (this.told.get(id)?.handledBy.size ?? 1) > 0),
    );
    for (const each of ready) {
      this.#held.splice(this.#held.indexOf(each), 1);
      each.answer();
    }
    return ready.length > 0;
  }

  #keep(record: NewRecord, id: string): void {
    const records = this.#of(record);
    records.push({ ...record, id, offset: records.length, timestamp: this.#kernel.now });
  }

  #lag(service: SagaService, topic: TopicName, { partition, topic: wire }: NewRecord): void {
    const ms = this.#faults.lagMs(service, topic);
    if (ms === 0) return;
    const name = `${service} ${wire} ${partition}`;
    const known = this.#lags.get(name);
    // What comes meanwhile is seen at the same time.
    if (known && (known.until > this.#kernel.now || this.#faults.ordered)) return;
    const from = this.#of({ topic: wire, partition }).length - 1;
    this.#lags.set(name, { from, until: this.#kernel.now + ms });
  }

  #of({ topic, partition }: Partition): Kept[] {
    let partitions = this.#partitions.get(topic);
    if (!partitions) {
      partitions = Array.from({ length: PARTITIONS }, () => []);
      this.#partitions.set(topic, partitions);
    }
    return partitions[partition]!;
  }

  /** Where a service's sight of a partition ends. */
  visibleEnd(service: SagaService | null, place: Partition): number {
    const end = this.#of(place).length;
    if (service === null || this.#lags.size === 0) return end;
    const lag = this.#lags.get(`${service} ${place.topic} ${place.partition}`);
    return lag && lag.until > this.#kernel.now ? Math.min(end, lag.from) : end;
  }

  /** When the first consumer that lags will see what it missed. */
  get nextSeenAt(): number | null {
    let next: number | null = null;
    for (const { until } of this.#lags.values()) {
      if (until > this.#kernel.now && (next === null || until < next)) next = until;
    }
    return next;
  }

  #read(position: Position, service: SagaService | null): LogRecord[] {
    return this.#of(position).slice(position.offset, this.visibleEnd(service, position));
  }

  #offset(at: "earliest" | "latest", place: Partition): Position {
    return { ...place, offset: at === "earliest" ? 0 : this.#of(place).length };
  }

  /** Whether an earlier message of the same key waits for the same service in another topic. */
  hasEarlier(service: SagaService, id: string): boolean {
    const { key, topic, order } = this.told.get(id)!;
    return (this.#toldOf.get(key) ?? []).some(
      (other) =>
        other.order < order &&
        other.topic !== topic &&
        !other.handledBy.has(service) &&
        consumersOf(other.topic).includes(service),
    );
  }

  /** All records of a topic, by its name on the wire. */
  records(wire: string): LogRecord[] {
    return (this.#partitions.get(wire) ?? []).flat();
  }
}

const idOf = (value: string): string => String((JSON.parse(value) as { id?: string }).id ?? "");

const nameOf = ({ topic, key, value }: NewRecord): string =>
  `${topic.replace("ticketflow.", "")} of ${key} (${idOf(value)})`;
