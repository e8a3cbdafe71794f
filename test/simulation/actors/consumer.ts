import { ConsumerCore } from "#durable-objects/event-consumer/core.ts";
import { memoryStore } from "#durable-objects/event-consumer/memory-store.ts";
import { type BatchHandler, type ConsumerStore, placeOf } from "#durable-objects/event-consumer/ports.ts";
import type { SagaService } from "#shared/saga/declaration.ts";
import type { Envelope } from "#shared/saga/envelope.ts";
import type { Outcome } from "#shared/saga/handlers.ts";
import { consumedBy, wireTopic } from "#shared/saga/wire.ts";
import { type Faults, LATE_MS } from "../faults.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { Process } from "../kernel/process.ts";
import type { Topics } from "../topics.ts";
import { QUIET } from "./quiet.ts";

/** How long it leaves a log alone that does not answer. */
const PAUSE_MS = 1_000;

/** What makes a service's handler for one life of a process. */
export type HandlerOf = (process: Process) => BatchHandler;

interface ConsumerWorld {
  kernel: Kernel;
  topics: Topics;
  faults: Faults;
}

/** One consumer object of a service: the real core over a store that outlives its crashes. */
export class Consumer {
  readonly process: Process;
  readonly #service: SagaService;
  readonly #partition: number;
  readonly #world: ConsumerWorld;
  readonly #handlerOf: HandlerOf;
  readonly #store: ConsumerStore;
  readonly #wireTopics: string[];
  /** The offsets as they were saved last. */
  #read = new Map<string, number>();
  #core: ConsumerCore | null = null;
  #isTurning = false;
  #pausedUntil = 0;
  /** As it was looked up last; null when it has to be again. */
  #readyAt: { at: number | null } | null = null;

  constructor(service: SagaService, partition: number, world: ConsumerWorld, handlerOf: HandlerOf) {
    this.#service = service;
    this.#partition = partition;
    this.#world = world;
    this.#handlerOf = handlerOf;
    this.#wireTopics = consumedBy(service).map(wireTopic);
    this.process = new Process(`${service}-consumer/${partition}`);
    const store = memoryStore();
    this.#store = {
      load: () => store.load(),
      save: (change) => {
        store.save(change);
        for (const [place, offset] of change.offsets) this.#read.set(place, offset);
      },
    };
  }

  /** When it next has something to do: 0 for now, null for never by itself. */
  get readyAt(): number | null {
    if (this.#isTurning) return null;
    this.#readyAt ??= { at: this.#whenReady() };
    return this.#readyAt.at;
  }

  /** There may be something new for it. */
  stir(): void {
    this.#readyAt = null;
  }

  #whenReady(): number | null {
    const core = this.#awake();
    const { nextAt } = core.parked;
    if (!core.isHoldingBack && this.#hasNews()) return this.#pausedUntil;
    return nextAt === null ? null : Math.max(nextAt, this.#pausedUntil);
  }

  #hasNews(): boolean {
    const { topics } = this.#world;
    const partition = this.#partition;
    return this.#wireTopics.some(
      (topic) =>
        topics.visibleEnd(this.#service, { topic, partition }) >
        (this.#read.get(placeOf(topic, partition)) ?? 0),
    );
  }

  /** How many messages wait here, and were not handled yet. */
  get parked(): number {
    return this.#awake().parked.count;
  }

  /** One turn of its loop. What it throws is what the object's loop pauses for. */
  turn(): void {
    this.#isTurning = true;
    const core = this.#awake();
    this.process
      .run(() => core.turn(0))
      .catch((error: unknown) => {
        this.#world.kernel.history.note(() => `${this.process.name}: pauses, ${String(error)}`);
        // As the object does: what was in hand may be ahead of what was saved.
        this.#core = null;
        this.#pausedUntil = this.#world.kernel.now + PAUSE_MS;
      })
      .finally(() => {
        this.#isTurning = false;
        this.stir();
      });
  }

  #awake(): ConsumerCore {
    if (this.#core) return this.#core;
    const { kernel, topics } = this.#world;
    const { process } = this;
    this.#core = new ConsumerCore({
      topics: this.#wireTopics,
      partitions: [this.#partition],
      group: `ticketflow.${this.#service}`,
      log: topics.portOf(process, this.#service),
      store: this.#store,
      handle: this.#withFaults(this.#handlerOf(process)),
      clock: kernel.clock,
      random: kernel.chance.jitter,
      logger: QUIET,
    });
    process.life.whenDead(() => {
      this.#core = null;
    });
    return this.#core;
  }

  /** The service's handler, with what the run lets go wrong around it. */
  #withFaults(handle: BatchHandler): BatchHandler {
    const { faults, kernel } = this.#world;
    return async (batch) => {
      const { life } = this.process;
      for (const message of batch) this.#noteMoment(message);
      const drawn = batch.map((message) => faults.ofDelivery(this.#service, message));
      const outcomes: Outcome[] = [];
      const handed = batch.filter((_, n) => drawn[n] !== "rejected" && drawn[n] !== "thrown-before");
      const answers = handed.length === 0 ? [] : await handle(handed);
      for (const [n, message] of batch.entries()) {
        const fault = drawn[n];
        const answer = answers[handed.indexOf(message)];
        kernel.history.note(
          () =>
            `${this.process.name}: ${message.id} -> ${answer?.kind ?? "not handed over"}${fault ? ` [${fault}]` : ""}`,
        );
        if (answer?.kind === "done") this.#world.topics.told.get(message.id)?.handledBy.add(this.#service);
        if (fault === "rejected") outcomes.push({ kind: "rejected", detail: "the handler will not have it" });
        else if (fault === "thrown-before" || fault === "thrown-after")
          outcomes.push({ kind: "unavailable", detail: `the handler was ${fault}` });
        else outcomes.push(answer!);
      }
      if (drawn.includes("crashed-unsaved") && !life.isDead) {
        this.process.crash();
        return new Promise(() => {});
      }
      return outcomes;
    };
  }

  /** Was it doubled, early or late? Those are faults of the way to here, seen only now. */
  #noteMoment(message: Envelope): void {
    const { topics, faults, kernel } = this.#world;
    const told = topics.told.get(message.id);
    if (!told) return;
    const topic = message.type;
    if (told.handledBy.has(this.#service)) faults.note(this.#service, topic, "twice");
    const isEarly = !told.isAnswered || topics.hasEarlier(this.#service, message.id);
    if (isEarly) faults.note(this.#service, topic, "early");
    if (kernel.now - told.firstAt >= LATE_MS) faults.note(this.#service, topic, "late");
  }
}
