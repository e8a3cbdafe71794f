import type { DocumentPoolRpc } from "#durable-objects/document-pool/rpc.ts";
import { MemoryDocuments } from "#durable-objects/document-pool/testing/memory-documents.ts";
import type { SeatMapRpc } from "#durable-objects/seat-map/rpc.ts";
import type { OutgoingMessage } from "#shared/saga/envelope.ts";
import { handleBatch as handleBookings } from "../../workers/bookings/src/handlers/handle-batch.ts";
import { rememberedBookings } from "../../workers/bookings/src/repositories/remembered-bookings.ts";
import { type MemoryBookings, memoryBookings } from "../../workers/bookings/src/testing/memory-bookings.ts";
import type { BookingsDeps } from "../../workers/bookings/src/use-cases/deps.ts";
import { handleBatch as handleInventory } from "../../workers/inventory/src/handlers/handle-batch.ts";
import { memorySeatMaps } from "../../workers/inventory/src/testing/memory-seat-maps.ts";
import type { InventoryDeps } from "../../workers/inventory/src/use-cases/deps.ts";
import { heldPlaces } from "../../workers/inventory/src/use-cases/holds.ts";
import { handleBatch as handleNotifications } from "../../workers/notifications/src/handlers/handle-batch.ts";
import { mongoNotifications } from "../../workers/notifications/src/repositories/notifications.ts";
import type { NotificationsDeps } from "../../workers/notifications/src/use-cases/deps.ts";
import { handleBatch as handlePayments } from "../../workers/payments/src/handlers/handle-batch.ts";
import { mongoPayments } from "../../workers/payments/src/repositories/payments.ts";
import { RecentPayments } from "../../workers/payments/src/repositories/recent-payments.ts";
import { mongoReconciliation } from "../../workers/payments/src/repositories/reconciliation.ts";
import type { PaymentsDeps } from "../../workers/payments/src/use-cases/deps.ts";
import type { HandlerOf } from "./actors/consumer.ts";
import { QUIET } from "./actors/quiet.ts";
import type { EventsDouble } from "./events.ts";
import { gated } from "./kernel/gated.ts";
import type { Kernel } from "./kernel/kernel.ts";
import type { Process } from "./kernel/process.ts";
import type { MailServer } from "./mail-server.ts";
import type { StripeWorld } from "./stripe.ts";
import type { Topics } from "./topics.ts";

/** As the consumer object has it (`workers/payments/src/objects.ts`). */
const NOTE_AFTER_MS = 300;

/** What stands around the services: stores and servers that outlive every crash. */
export interface Surroundings {
  kernel: Kernel;
  topics: Topics;
  events: EventsDouble;
  stripe: StripeWorld;
  mail: MailServer;
  /** The seat map of an event, as a process reaches it. */
  seatMapFor(process: Process): (eventId: string) => SeatMapRpc;
}

/**
 * The services as they are in production, their handlers, use cases and repositories, over stores in memory. Each
 * process gets its own way to them, so that its calls end with it.
 */
export class Services {
  readonly bookings: MemoryBookings = memoryBookings();
  readonly payments = new MemoryDocuments({ payments: "bookingId" });
  readonly notifications = new MemoryDocuments();
  readonly #seatMaps = memorySeatMaps();
  readonly #around: Surroundings;

  constructor(around: Surroundings) {
    this.#around = around;
  }

  /** The handler of each consuming service. */
  readonly handlers = {
    inventory: (process: Process) => handleInventory.bind(null, this.inventoryDeps(process)),
    bookings: (process: Process) => {
      const deps = this.bookingsDeps(process);
      return handleBookings.bind(null, { ...deps, bookings: rememberedBookings(deps.bookings) });
    },
    payments: (process: Process) =>
      handlePayments.bind(null, { ...this.paymentsDeps(process), recent: this.#recentOf(process) }),
    notifications: (process: Process) => handleNotifications.bind(null, this.notificationsDeps(process)),
  } satisfies Record<string, HandlerOf>;

  bookingsDeps(process: Process): BookingsDeps {
    const { kernel, events, seatMapFor } = this.#around;
    const reach = seatMapFor(process);
    return {
      bookings: gated(kernel, process, "bookings-db", this.bookings.bookings),
      bookedEvents: gated(kernel, process, "bookings-db", this.bookings.bookedEvents),
      events: gated(kernel, process, "events", events),
      inventory: {
        isClosed: (eventId) => reach(eventId).isClosed(),
        hold: (asked) => heldPlaces(this.inventoryDeps(process), asked),
      },
      clock: kernel.clock,
      logger: QUIET,
      send: this.#sendFrom(process),
    };
  }

  inventoryDeps(process: Process): InventoryDeps {
    const { kernel, events, seatMapFor } = this.#around;
    return {
      seatMapOf: seatMapFor(process),
      events: gated(kernel, process, "events", events),
      seatMaps: gated(kernel, process, "inventory-db", this.#seatMaps),
      clock: kernel.clock,
      send: this.#sendFrom(process),
    };
  }

  paymentsDeps(process: Process): PaymentsDeps {
    const { kernel, stripe } = this.#around;
    const pool = this.#poolOf(process, "payments-db", this.payments);
    return {
      payments: mongoPayments(pool),
      reconciliation: mongoReconciliation(pool),
      provider: stripe.watched(gated(kernel, process, "stripe", stripe.provider)),
      clock: kernel.clock,
      logger: QUIET,
      send: this.#sendFrom(process),
    };
  }

  /** What one life of a consumer remembers. */
  #recentOf({ life }: Process): RecentPayments {
    return new RecentPayments(this.#around.kernel.clock, (work) => {
      setTimeout(() => {
        if (!life.isDead) void work().catch(() => {});
      }, NOTE_AFTER_MS);
    });
  }

  notificationsDeps(process: Process): NotificationsDeps {
    const { kernel, mail } = this.#around;
    return {
      notifications: mongoNotifications(this.#poolOf(process, "notifications-db", this.notifications)),
      mailer: mail.reachedBy(process),
      from: "TicketFlow <tickets@ticketflow.dev>",
      clock: kernel.clock,
      random: kernel.chance.jitter,
      logger: QUIET,
    };
  }

  #poolOf(process: Process, port: string, documents: MemoryDocuments): DocumentPoolRpc {
    return gated(this.#around.kernel, process, port, documents as DocumentPoolRpc);
  }

  #sendFrom(process: Process): (messages: OutgoingMessage[]) => Promise<void> {
    return (messages) => this.#around.topics.portOf(process).produce(messages);
  }
}
