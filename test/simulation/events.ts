import type { EventsRpc, Quote, QuoteRequest, Seating } from "#shared/rpc/events.ts";
import type { Payload, TopicName } from "#shared/saga/declaration.ts";
import { type Envelope, envelope } from "#shared/saga/envelope.ts";
import type { Workload } from "./workload.ts";

export const EVENT_ID = `evnt_${"e".repeat(32)}`;
const ORGANISER_ID = `usr_${"0".repeat(32)}`;
const CURRENCY = "EUR";
const DAY_MS = 86_400_000;

/** The events service as others know it: what it answers, and what it says. It is not one of those that are tried here. */
export class EventsDouble implements EventsRpc {
  readonly #workload: Workload;
  readonly #startsAt: number;
  #seats: string[];
  #version = 1;
  #isCancelled = false;

  constructor(workload: Workload, beginning: number) {
    this.#workload = workload;
    this.#seats = [...workload.seats];
    this.#startsAt = beginning + 30 * DAY_MS;
  }

  quotes(requests: QuoteRequest[]) {
    return Promise.all(requests.map((request) => this.quote(request)));
  }

  async quote({ seatIds, generalAdmission }: QuoteRequest) {
    if (this.#isCancelled) return { ok: false, code: "EVENT_NOT_ON_SALE" } as const;
    const { price } = this.#workload;
    const seats = seatIds.map((seatId) => ({ seatId, label: seatId, quantity: 1 }));
    const areas = generalAdmission.map(({ name, quantity }) => ({ seatId: null, label: name, quantity }));
    const lines = [...seats, ...areas].map((line) => ({ ...line, tier: "Standard", price }));
    const quote: Quote = {
      ...this.#facts(),
      lines,
      totalAmount: lines.reduce((total, { quantity }) => total + quantity * price, 0),
      currency: CURRENCY,
    };
    return { ok: true, quote } as const;
  }

  async seating(): Promise<Seating> {
    const { price, generalAdmission, blocked } = this.#workload;
    const count = this.#seats.length;
    return {
      eventId: EVENT_ID,
      eventVersion: this.#version,
      endsAt: new Date(this.#startsAt + 3 * 3_600_000).toISOString(),
      isForSale: !this.#isCancelled,
      onSaleAt: null,
      seatingVersion: this.#version,
      blockedSeatIds: [...blocked],
      tiers: [{ tier: "Standard", price }],
      currency: CURRENCY,
      table: {
        count,
        id: [...this.#seats],
        section: this.#seats.map(() => "A"),
        row: this.#seats.map(() => "A"),
        number: this.#seats.map((_, n) => String(n + 1)),
        categoryIndex: new Uint8Array(count),
        x: new Float64Array(count),
        y: new Float64Array(count),
        accessible: new Uint8Array(count),
        companion: new Uint8Array(count),
        categories: ["Standard"],
        generalAdmission: generalAdmission.map((area) => ({ ...area, categoryIndex: 0 })),
      },
    };
  }

  created(now: number): Envelope {
    const { organiserId, eventName: name, startsAt } = this.#facts();
    return this.#say(now, "event.created", EVENT_ID, {
      ...{ eventId: EVENT_ID, organiserId, name, venueId: "ven_1", startsAt, totalSeats: this.#seats.length },
      ticketTiers: [{ tier: "Standard", price: this.#workload.price, currency: CURRENCY }],
      planVersion: 1,
    });
  }

  /** Said by users, and heard by notifications. */
  registered(number: number, now: number): Envelope {
    const userId = `usr_${String(number).padStart(32, "0")}`;
    const [name, email] = [`Buyer ${number}`, `buyer-${number}@example.com`];
    const registeredAt = new Date(now).toISOString();
    return this.#say(now, "user.registered", userId, { userId, name, email, registeredAt });
  }

  /** One seat more, and another name. */
  update(now: number): Envelope {
    this.#version += 1;
    this.#seats = [...this.#seats, `B-${this.#version}`];
    const { eventName: name, startsAt, venueName } = this.#facts();
    return this.#say(now, "event.updated", `${EVENT_ID}:${this.#version}`, {
      ...{ eventId: EVENT_ID, version: this.#version, changed: ["name", "plan"] },
      ...{ name, startsAt, venueName, planVersion: this.#version },
    });
  }

  cancel(now: number): Envelope {
    this.#isCancelled = true;
    const cancelledAt = new Date(now).toISOString();
    const payload = {
      eventId: EVENT_ID,
      organiserId: ORGANISER_ID,
      reason: "The hall is closed",
      cancelledAt,
    };
    return this.#say(now, "event.cancelled", EVENT_ID, payload);
  }

  #facts() {
    return {
      eventId: EVENT_ID,
      eventVersion: this.#version,
      organiserId: ORGANISER_ID,
      eventName: `Opera ${this.#version}`,
      startsAt: new Date(this.#startsAt).toISOString(),
      venueName: "Opera House",
      timeZone: "Europe/Vienna",
    };
  }

  #say<T extends TopicName>(now: number, type: T, step: string, payload: Payload<T>): Envelope {
    return envelope(type, step, payload, { now, traceparent: "" }) as Envelope;
  }
}
