import { SeatMapService } from "#durable-objects/seat-map/service/seat-map-service.ts";
import { SqliteStorage } from "#durable-objects/seat-map/storage/sqlite.ts";
import { nodeSqlite } from "#durable-objects/seat-map/testing/node-sqlite.ts";
import { settle } from "#durable-objects/seat-map/testing/platform.ts";
import type { Clock } from "#shared/clock.ts";
import { type Envelope, type OutgoingMessage, toMessage } from "#shared/saga/envelope.ts";
import type { Outcome } from "#shared/saga/handlers.ts";
import { handleBatch } from "../../../workers/inventory/src/handlers/handle-batch.ts";
import { memoryLedger } from "../../../workers/inventory/src/testing/memory-ledger.ts";
import { memorySeatMaps } from "../../../workers/inventory/src/testing/memory-seat-maps.ts";
import { answerEnvelope } from "../../../workers/inventory/src/use-cases/answers.ts";

export const EVENT_ID = "evnt_1";
export const LOCK_TTL_MS = 300_000;

const SEATS = Array.from({ length: 20 }, (_, n) => `A-${n + 1}`);
const STATUSES = ["AVAILABLE", "LOCKED", "RESERVED", "BLOCKED"] as const;

/** One event's seats: the production handlers of inventory over the production SeatMap over SQLite. */
export class House {
  map: SeatMapService;
  readonly #wake: () => SeatMapService;
  readonly #clock: Clock;
  readonly #send: (messages: OutgoingMessage[]) => void;

  private constructor(clock: Clock, send: (messages: OutgoingMessage[]) => void) {
    this.#clock = clock;
    this.#send = send;
    const storage = nodeSqlite();
    const ledger = memoryLedger();
    this.#wake = () =>
      new SeatMapService({
        ...{ storage: new SqliteStorage(storage), clock, random: () => 0.5, lockTtlMs: LOCK_TTL_MS },
        publish: async (answers) => send(answers.map((answer) => toMessage(answerEnvelope(answer)))),
        archive: (segment) => ledger.append(segment),
        nextTurn: () => new Promise((resolve) => setImmediate(resolve)),
        ...{ synced: () => Promise.resolve(), setAlarm: () => {}, log: () => {} },
        abort(error) {
          throw error;
        },
      });
    this.map = this.#wake();
  }

  static async open(clock: Clock, send: (messages: OutgoingMessage[]) => void): Promise<House> {
    const house = new House(clock, send);
    const plan = { eventId: EVENT_ID, planVersion: 1, seatIds: SEATS, generalAdmission: [] };
    await house.map.open({ ...plan, decisionsKeptUntil: 4_000_000_000_000 });
    return house;
  }

  async handle(message: Envelope): Promise<Outcome> {
    const deps = {
      ...{ seatMapOf: () => this.map, seatMaps: memorySeatMaps(), clock: this.#clock },
      send: async (messages: OutgoingMessage[]) => this.#send(messages),
      events: {
        quotes: () => Promise.reject(new Error("inventory asks for no price")),
        seating: () => Promise.reject(new Error("no map is opened here")),
      },
    };
    const [outcome] = await handleBatch(deps, [message]);
    // Answers leave the map after their flush, and nobody waits for them.
    await settle();
    return outcome!;
  }

  /** The object is evicted and comes back from its storage. */
  restart(): void {
    this.map = this.#wake();
  }

  async alarm(): Promise<void> {
    await this.map.alarm();
    await settle();
  }

  /** What a buyer sees of a seat. */
  async status(seatId: string): Promise<(typeof STATUSES)[number]> {
    const { seatIds, packed } = await this.map.viewWithIds();
    const n = seatIds.indexOf(seatId);
    return STATUSES[(packed[n >> 2]! >> ((n & 3) * 2)) & 3]!;
  }

  /** What was decided for a booking: `RESERVED A-1`. */
  async decision(bookingId: string): Promise<string> {
    const decision = await this.map.decision(bookingId);
    return decision === null ? "none" : [decision.status, ...decision.seatIds].join(" ");
  }
}
