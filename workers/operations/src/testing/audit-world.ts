import { DatabaseSync } from "node:sqlite";
import { MemoryLog } from "#durable-objects/event-consumer/testing/memory-log.ts";
import { nodeSqlite } from "#durable-objects/seat-map/testing/node-sqlite.ts";
import type { OversoldPlace } from "#shared/rpc/audit/bookings.ts";
import type { OutboxFacts } from "#shared/rpc/audit/outbox.ts";
import type { StripeDifference } from "#shared/rpc/audit/payments.ts";
import { envelope } from "#shared/saga/envelope.ts";
import type { BookingSeen } from "../core/audit/facts.ts";
import type { AuditCursor, Finding } from "../core/audit/page.ts";
import { sqliteToldStore } from "../repositories/sqlite-told-store.ts";
import { type AuditDeps, runAuditPage } from "../use-cases/audit-page.ts";
import { BEFORE, NOW } from "./bookings-seen.ts";

const NOTHING_UNSENT: OutboxFacts = { unsent: 0, oldest: [] };

/** Services in memory that answer an auditor; what they say is what a test planted. */
export class AuditWorld {
  readonly log = new MemoryLog();
  seen: BookingSeen[] = [];
  strangePayments: { id: string; bookingId: string; amount: number }[] = [];
  differences: StripeDifference[] = [];
  oversold: OversoldPlace[] = [];
  /** Decisions for whom there is no booking here, or of another event. */
  strangeDecisions: NonNullable<BookingSeen["decision"]>[] = [];
  unsent: Record<"bookings" | "payments" | "events" | "users", OutboxFacts> = {
    ...{ bookings: NOTHING_UNSENT, payments: NOTHING_UNSENT, events: NOTHING_UNSENT, users: NOTHING_UNSENT },
  };
  inbox = { events: 7, steps: 7, keysWithoutBooking: [] as { userId: string; bookingId: string }[] };
  /** What was asked for, of what changes anything. */
  readonly asked: string[] = [];
  /** Called before each read of bookings by their ids: what moves meanwhile. */
  meanwhile: () => void = () => {};

  /** Adds a booking, with the message that says how it ended. */
  async add(...seen: BookingSeen[]): Promise<void> {
    this.seen.push(...seen);
    for (const { booking, told } of seen) {
      for (const [end, times] of Object.entries(told)) {
        const topic = `booking.${end.toLowerCase()}` as "booking.confirmed";
        const { id: bookingId, eventId } = booking;
        const message = envelope(topic, bookingId, { bookingId, eventId } as never, {
          ...{ now: BEFORE, traceparent: "" },
        });
        for (let n = 0; n < times; n++) await this.log.put(0, message);
      }
    }
  }

  get deps(): AuditDeps {
    const bookings = () => this.seen.map(({ booking }) => booking);
    const note = async (what: string) => {
      this.asked.push(what);
    };
    const outboxOf = (owner: keyof AuditWorld["unsent"]) => ({
      outbox: async () => this.unsent[owner],
      relay: async (keys: string[]) => {
        await note(`relay ${owner} ${keys}`);
        this.unsent[owner] = NOTHING_UNSENT;
        return keys.length;
      },
    });
    return {
      log: this.log,
      clock: () => NOW,
      told: sqliteToldStore(nodeSqlite(new DatabaseSync(":memory:"))),
      events: outboxOf("events"),
      users: outboxOf("users"),
      bookings: {
        ...outboxOf("bookings"),
        bookings: async ({ eventId, afterId, limit }) =>
          bookings()
            .filter((one) => one.id > afterId && (eventId === null || one.eventId === eventId))
            .sort((a, b) => (a.id < b.id ? -1 : 1))
            .slice(0, limit),
        bookingsById: async (ids) => {
          this.meanwhile();
          return bookings().filter(({ id }) => ids.includes(id));
        },
        oversold: async (eventId) => this.oversold.filter((one) => one.eventId === eventId),
        inbox: async (to) => ({ from: 0, to, ...this.inbox }),
      },
      payments: {
        ...outboxOf("payments"),
        payments: async ({ afterId }) => this.strangePayments.filter(({ id }) => id > afterId),
        paymentsOf: async (ids) =>
          this.seen.flatMap(({ payment }) => (payment && ids.includes(payment.bookingId) ? [payment] : [])),
        stripe: async ({ kind }) => ({
          ...{ read: 3, bookingIds: [], next: null },
          differences: kind === "intents" ? this.differences : [],
        }),
        look: async (bookingId) => note(`look ${bookingId}`).then(() => true),
        release: async ({ bookingId, intentId }) => {
          await note(`release ${bookingId} ${intentId}`);
          for (const { payment } of this.seen) {
            if (payment?.intentId === intentId && payment.stripe) payment.stripe.status = "canceled";
          }
          return true;
        },
      },
      inventory: {
        events: async ({ afterId }) =>
          [...new Set(bookings().map(({ eventId }) => eventId))]
            .sort()
            .filter((id) => id > afterId)
            .slice(0, 1),
        map: async (eventId) => ({
          eventId,
          epoch: 1,
          seq: 0,
          hash: "",
          decisions: 1,
          closed: false,
          now: NOW,
        }),
        decisions: async ({ eventId, from, limit }) => this.#decisions(eventId).slice(from, from + limit),
        decisionsOf: async (eventId, ids) =>
          this.#decisions(eventId).filter(({ ownerId }) => ids.includes(ownerId)),
        seats: async () => null,
        poke: async (eventId) => note(`poke ${eventId}`),
      },
      ledger: {
        ledgerLayout: async () => null,
        ledgerPage: async () => ({ rows: [], nextSeq: null }),
        ledgerHead: async () => ({ seq: 0, hash: "", projectedSeq: 0 }),
        placesPage: async () => ({ projectedSeq: 0, places: [], nextPlaceId: null }),
        rebuildPlaces: async (eventId) => note(`rebuild ${eventId}`),
      },
      notifications: {
        mailsOf: async (ids) =>
          this.seen.flatMap(({ mails }) => mails).filter(({ bookingId }) => ids.includes(bookingId)),
      },
    };
  }

  #decisions(eventId: string) {
    const theirs = this.seen.filter(({ booking }) => booking.eventId === eventId);
    return [...theirs.flatMap(({ decision }) => decision ?? []), ...this.strangeDecisions];
  }

  /** A whole run, page after page, with nothing kept between them but the cursor and what was told. */
  async run(eventId: string | null = null) {
    const { deps } = this;
    const findings: Finding[] = [];
    const counted: Record<string, number> = {};
    let cursor: AuditCursor = null;
    let pages = 0;
    do {
      const page = await runAuditPage(deps, { eventId, startedAt: NOW }, cursor);
      findings.push(...page.findings);
      for (const [name, count] of Object.entries(page.counted)) counted[name] = (counted[name] ?? 0) + count;
      cursor = page.next;
      pages += 1;
    } while (cursor !== null);
    return { findings, counted, pages };
  }
}
