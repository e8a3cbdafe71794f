import { describeError } from "#shared/observability/log.ts";
import type { SagaService } from "#shared/saga/declaration.ts";
import { toMessage } from "#shared/saga/envelope.ts";
import { sweep as sweepBookings } from "../../workers/bookings/src/use-cases/sweep.ts";
import { memoryLedger } from "../../workers/inventory/src/testing/memory-ledger.ts";
import type { Notification } from "../../workers/notifications/src/core/notification.ts";
import { sweep as sweepNotifications } from "../../workers/notifications/src/use-cases/sweep.ts";
import type { Payment } from "../../workers/payments/src/core/payment.ts";
import { drive } from "../../workers/payments/src/use-cases/drive.ts";
import { sweep as sweepPayments } from "../../workers/payments/src/use-cases/sweep.ts";
import { takeWebhook } from "../../workers/payments/src/use-cases/webhook.ts";
import { Buyer } from "./actors/buyer.ts";
import { Consumer } from "./actors/consumer.ts";
import { SeatMapActor } from "./actors/seat-map.ts";
import { Sweeper } from "./actors/sweeper.ts";
import { EVENT_ID, EventsDouble } from "./events.ts";
import type { Faults } from "./faults.ts";
import type { Kernel } from "./kernel/kernel.ts";
import { Process } from "./kernel/process.ts";
import { MailServer } from "./mail-server.ts";
import { SeatLedger } from "./seat-ledger.ts";
import { Services } from "./services.ts";
import { StripeWorld } from "./stripe.ts";
import { Topics } from "./topics.ts";
import type { Workload } from "./workload.ts";

/** Stripe delivers a webhook that was not answered this often. */
const WEBHOOK_TRIES = 4;

/** A platform in one process: every actor, and everything that outlives one. */
export class World {
  readonly kernel: Kernel;
  readonly topics: Topics;
  readonly services: Services;
  readonly stripe: StripeWorld;
  readonly mail: MailServer;
  readonly events: EventsDouble;
  readonly seatMap: SeatMapActor;
  /** The seat map's log and its projection, in inventory's database. */
  readonly archive = memoryLedger();
  readonly buyers: Buyer[];
  readonly consumers = new Map<string, Consumer>();
  readonly sweepers: Sweeper[];
  readonly #faults: Faults;
  /** The seat map's log as an outsider reads it. */
  ledger = new SeatLedger();
  #webhooks = 0;

  constructor(kernel: Kernel, faults: Faults, workload: Workload) {
    this.kernel = kernel;
    this.#faults = faults;
    this.topics = new Topics(kernel, faults);
    this.topics.onAppend = (service, partition) => this.#consumerOf(service, partition).stir();
    this.events = new EventsDouble(workload, kernel.now);
    this.mail = new MailServer(kernel);
    this.stripe = new StripeWorld(
      kernel,
      (bookingId) => this.#buyerOf(bookingId)?.plan,
      (pageId) => this.#isPageTold(pageId),
    );
    this.seatMap = new SeatMapActor(EVENT_ID, { kernel, topics: this.topics, faults, ledger: this.archive });
    this.seatMap.disk.onCommit = (commit) => {
      if (commit) return this.ledger.take(commit);
      // Some of it was lost: what is left is read anew.
      const before = this.ledger;
      this.ledger = new SeatLedger();
      this.ledger.violations.push(...before.violations);
      for (const kept of this.seatMap.disk.all) this.ledger.take(kept);
    };
    this.services = new Services({
      kernel,
      topics: this.topics,
      events: this.events,
      stripe: this.stripe,
      mail: this.mail,
      seatMapFor: (process) => () => this.seatMap.reachedBy(process),
    });
    const beginning = kernel.now;
    this.buyers = workload.buyers.map((plan) => new Buyer(plan, beginning, kernel, this.services));
    const { services } = this;
    this.sweepers = [
      new Sweeper(
        "bookings",
        kernel,
        (process) => sweepBookings(services.bookingsDeps(process)),
        kernel.cached("bookings-db", () => this.#bookingsNeedSweepAt()),
      ),
      new Sweeper(
        "payments",
        kernel,
        (process) => sweepPayments(services.paymentsDeps(process)),
        kernel.cached("payments-db", () => this.#paymentsNeedSweepAt()),
      ),
      new Sweeper(
        "notifications",
        kernel,
        (process) => sweepNotifications(services.notificationsDeps(process)),
        kernel.cached("notifications-db", () => this.#mailsNeedSweepAt()),
      ),
    ];
  }

  #consumerOf(service: SagaService, partition: number): Consumer {
    const name = `${service} ${partition}`;
    const known = this.consumers.get(name);
    if (known) return known;
    const handlers = this.services.handlers as Partial<Services["handlers"]>;
    const handlerOf = handlers[service as keyof Services["handlers"]];
    if (!handlerOf) throw new Error(`${service} consumes, and nothing here handles for it`);
    const world = { kernel: this.kernel, topics: this.topics, faults: this.#faults };
    const made = new Consumer(service, partition, world, handlerOf);
    this.consumers.set(name, made);
    return made;
  }

  #buyerOf(bookingId: string): Buyer | undefined {
    const userId = this.services.bookings.tables.bookings.get(bookingId)?.userId;
    return this.buyers.find(({ identity }) => identity.userId === userId);
  }

  #isPageTold(pageId: string): boolean {
    const payments = [...this.services.payments.look<Payment>("payments")];
    return payments.some(({ checkout }) => checkout?.id === pageId);
  }

  /** What the organiser says. */
  say(envelope: Parameters<typeof toMessage>[0]): void {
    this.kernel.history.note(() => `outside: ${envelope.id}`);
    this.topics.append([toMessage(envelope)]);
  }

  /** Stripe reports one event: the webhook's route, and what it does after its answer. */
  deliverWebhook(index: number, isDoubled: boolean): void {
    const { events } = this.stripe;
    const event = isDoubled ? events[index]! : events.splice(index, 1)[0]!;
    const process = new Process(`payments-webhook/${++this.#webhooks}`);
    const deps = this.services.paymentsDeps(process);
    const work = async (): Promise<void> => {
      const payment = await takeWebhook(deps, async () => event);
      if (payment) await drive(deps, payment).catch(() => {});
    };
    this.kernel.history.note(() => `outside: webhook ${event.type} (${event.id})`);
    process.run(work).catch((error: unknown) => {
      this.kernel.history.note(() => `${process.name}: ${describeError(error)}`);
      const tries = (this.#tries.get(event.id) ?? 1) + 1;
      this.#tries.set(event.id, tries);
      if (tries <= WEBHOOK_TRIES && !isDoubled) events.push(event);
    });
  }

  readonly #tries = new Map<string, number>();

  #bookingsNeedSweepAt(): number | null {
    const { bookings, outbox, cancellations } = this.services.bookings.tables;
    let next: number | null = null;
    const at = (time: number | null) => {
      if (time !== null && (next === null || time < next)) next = time;
    };
    for (const { deadlineAt } of bookings.values()) at(deadlineAt === null ? null : deadlineAt + 1);
    for (const { claimedUntil } of outbox.unsent.values()) at(claimedUntil + 1);
    for (const { doneAt } of cancellations.values()) if (doneAt === null) at(0);
    return next;
  }

  #paymentsNeedSweepAt(): number | null {
    let next: number | null = null;
    for (const { unsent, checkAt } of this.services.payments.look<Payment>("payments")) {
      const time = unsent ? 0 : (checkAt?.getTime() ?? null);
      if (time !== null && (next === null || time < next)) next = time;
    }
    return next;
  }

  #mailsNeedSweepAt(): number | null {
    let next: number | null = null;
    for (const { dueAt } of this.services.notifications.look<Notification>("notifications")) {
      const time = dueAt?.getTime() ?? null;
      if (time !== null && (next === null || time < next)) next = time;
    }
    return next;
  }
}
