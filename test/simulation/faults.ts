import { MAX_ATTEMPTS } from "#durable-objects/event-consumer/policy.ts";
import type { SagaService, TopicName } from "#shared/saga/declaration.ts";
import type { Envelope } from "#shared/saga/envelope.ts";
import { between, type Chance, happens, pick } from "./kernel/chance.ts";
import type { Call, CallFate, Fates } from "./kernel/kernel.ts";
import type { Cell, Fault, Reached } from "./matrix.ts";

/** How a consumer's handling of one message goes wrong; null when it does not. */
export type DeliveryFault = "rejected" | "thrown-before" | "thrown-after" | "crashed-unsaved" | null;

/** Longer than a seat lock and every time limit after it. */
export const LATE_MS = 420_000;

const PORTS = [
  "kafka",
  "bookings-db",
  "payments-db",
  "notifications-db",
  "inventory-db",
  "stripe",
  "mail",
  "events",
];
const CALL_FATES: readonly CallFate[] = ["failed-before", "failed-after", "crashed-before", "crashed-after"];
const DELIVERY_FAULTS = ["rejected", "thrown-before", "thrown-after", "crashed-unsaved"] as const;

const DISK_FACTOR = 4;

interface Outage {
  port: string;
  from: number;
  to: number;
}

/**
 * The faults of one run: drawn from its seed, or one that was ordered for one cell of the matrix and no other.
 * Each fault has a number; a run that leaves some out is how the shortest history of a failure is found.
 */
export class Faults implements Fates {
  readonly #chance: Chance;
  readonly #reached: Reached;
  readonly #without: ReadonlySet<number>;
  readonly ordered: Cell | null;
  /** The message that the ordered fault befell. */
  #befell: string | null = null;
  /** How often each message was. */
  readonly #rejected = new Map<string, number>();
  readonly #outages: Outage[] = [];
  readonly #callRate: number;
  readonly #deliveryRate: number;
  readonly #slowRate: number;
  readonly #lagRate: number;
  #drawn = 0;
  /** The numbers of those that took place. */
  readonly happened: number[] = [];
  #left: number;
  /** From here on nothing new goes wrong. */
  isHealed = false;
  now: () => number = () => 0;

  constructor(
    chance: Chance,
    reached: Reached,
    without: ReadonlySet<number>,
    ordered: Cell | null,
    beginning: number,
  ) {
    this.#chance = chance;
    this.#reached = reached;
    this.#without = without;
    this.ordered = ordered;
    const { faults } = chance;
    // Some runs are calm, so that others of their faults come to bear; some are wild.
    const temper = faults();
    this.#callRate = ordered ? 0 : pick([0, 0.005, 0.02, 0.06], faults);
    this.#deliveryRate = ordered ? 0 : pick([0, 0.02, 0.05, 0.15], faults);
    this.#slowRate = ordered ? 0 : pick([0, 0.1, 0.4], faults);
    this.#lagRate = ordered ? 0 : pick([0, 0.02, 0.1], faults);
    this.#left = ordered ? 0 : Math.floor(temper * 14);
    if (!ordered && happens(faults, 0.3)) {
      const from = beginning + between(faults, 0, 300_000);
      this.#outages.push({ port: pick(PORTS, faults), from, to: from + between(faults, 1_000, 200_000) });
    }
  }

  /** Counts a fault that is about to happen. @returns false when this run leaves it out, or has had enough */
  #take(): boolean {
    this.#drawn += 1;
    if (this.isHealed || this.#left <= 0 || this.#without.has(this.#drawn)) return false;
    this.#left -= 1;
    this.happened.push(this.#drawn);
    return true;
  }

  of({ port, process }: Call): CallFate {
    if (this.isHealed) return "answered";
    const now = this.now();
    if (this.#outages.some((each) => each.port === port && each.from <= now && now < each.to))
      return "failed-before";
    // What is not on disk yet is what a crash takes.
    const rate = port === "disk" ? this.#callRate * DISK_FACTOR : this.#callRate;
    if (!happens(this.#chance.faults, rate)) return "answered";
    const fate = pick(CALL_FATES, this.#chance.faults);
    // Buyers and Stripe are not ours to crash.
    if (process.name.startsWith("outside")) return "answered";
    return this.#take() ? fate : "answered";
  }

  isAnswerSlow(): boolean {
    return !this.isHealed && happens(this.#chance.schedule, this.#slowRate);
  }

  /** Whether a backend is down for a while now: its callers wait for the end. */
  get outageEnds(): number {
    const now = this.now();
    return Math.max(
      0,
      ...this.#outages.filter(({ from, to }) => from <= now && now < to).map(({ to }) => to),
    );
  }

  /** How the handling of a message goes wrong. Asked once for each try. */
  ofDelivery(service: SagaService, message: Envelope): DeliveryFault {
    const name = `${service} ${message.id}`;
    // It is rejected as often as it takes to end among the dead letters; a copy of it that comes later is taken.
    const rejections = this.#rejected.get(name);
    if (rejections !== undefined) {
      this.#rejected.set(name, rejections + 1);
      return rejections < MAX_ATTEMPTS.rejected ? "rejected" : null;
    }
    const fault = this.ordered ? this.#orderedFault(service, message) : this.#drawnFault();
    if (fault === "rejected") this.#rejected.set(name, 1);
    if (fault !== null) this.#reached.add({ service, topic: message.type, fault });
    return fault;
  }

  #orderedFault(service: SagaService, message: Envelope): DeliveryFault {
    const fault = this.ordered!.fault;
    if (!this.#isOrdered(service, message.type) || this.#befell !== null) return null;
    if (fault === "twice" || fault === "early" || fault === "late") return null;
    this.#befell = message.id;
    return fault;
  }

  #drawnFault(): DeliveryFault {
    if (this.isHealed || !happens(this.#chance.faults, this.#deliveryRate)) return null;
    const fault = pick(DELIVERY_FAULTS, this.#chance.faults);
    return this.#take() ? fault : null;
  }

  #isOrdered(service: SagaService, topic: TopicName): boolean {
    return this.ordered?.service === service && this.ordered.topic === topic;
  }

  /** Whether a record is appended a second time, as a producer does that missed its answer. */
  isDoubled(topic: TopicName): boolean {
    if (this.ordered) return this.ordered.topic === topic && this.ordered.fault === "twice";
    return happens(this.#chance.faults, this.#deliveryRate) && this.#take();
  }

  /** For how long a consumer does not see a topic's new records, in ms. */
  lagMs(service: SagaService, topic: TopicName): number {
    if (this.ordered) return this.#isOrderedLate(service, topic) ? LATE_MS + 1 : 0;
    if (this.isHealed || !happens(this.#chance.faults, this.#lagRate)) return 0;
    const ms = pick([500, 5_000, 40_000, LATE_MS + 1], this.#chance.faults);
    return this.#take() ? ms : 0;
  }

  #isOrderedLate(service: SagaService, topic: TopicName): boolean {
    if (this.ordered?.fault === "late" && this.#isOrdered(service, topic)) return true;
    // A lock that has run out is what this one tells of.
    return (
      this.ordered?.topic === "seats.confirm-failed" && service === "inventory" && topic === "seats.confirm"
    );
  }

  /** Whether the answer to a produce call is held back until its records have been handled. */
  isAnswerHeld(topic: TopicName): boolean {
    return this.ordered?.topic === topic && this.ordered.fault === "early";
  }

  note(service: SagaService, topic: TopicName, fault: Fault): void {
    this.#reached.add({ service, topic, fault });
  }
}
