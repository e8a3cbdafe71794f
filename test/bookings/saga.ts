import type { OutgoingMessage } from "#shared/saga/envelope.ts";
import { topicOf } from "#shared/saga/wire.ts";
import type { Booking } from "../../workers/bookings/src/core/booking.ts";
import type { BookedEvents } from "../../workers/bookings/src/repositories/booked-events.ts";
import type { Bookings } from "../../workers/bookings/src/repositories/bookings.ts";
import { bookingOf, NOW, newBookingOf } from "../../workers/bookings/src/testing/samples.ts";
import type { BookingsDeps } from "../../workers/bookings/src/use-cases/deps.ts";

/** What the use cases of bookings need, over a given repository; a test moves the clock and breaks Kafka. */
export function sagaOver(bookings: Bookings, bookedEvents: BookedEvents) {
  const world = {
    now: NOW,
    mapIsClosed: true,
    kafkaIsDown: null as Error | null,
    sent: [] as OutgoingMessage[],
    errors: [] as string[],
  };
  const deps: BookingsDeps = {
    bookings,
    bookedEvents,
    inventory: {
      isClosed: async () => world.mapIsClosed,
      hold: () => Promise.reject(new Error("no booking is made here")),
    },
    events: {
      quote: () => Promise.reject(new Error("no booking is made here")),
    },
    clock: () => world.now,
    logger: { info() {}, warn() {}, error: (message) => void world.errors.push(message) },
    async send(messages) {
      if (world.kafkaIsDown) throw world.kafkaIsDown;
      world.sent.push(...messages);
    },
  };
  return {
    deps,
    world,
    /** A stored booking whose first message is sent. */
    async stored(over: Partial<Booking> = {}): Promise<string> {
      const booking = bookingOf(over);
      await bookings.sent([(await bookings.create(newBookingOf(booking)))!]);
      return booking.id;
    },
    /** The topics of a booking's messages, in the order in which they were sent. */
    toldOf: (id: string) => world.sent.filter(({ key }) => key === id).map(({ topic }) => topicOf(topic)),
    find: async (id: string) => (await bookings.find(id))!,
    steps: async (id: string) => (await bookings.steps(id)).map(({ step, state }) => `${step} ${state}`),
  };
}

/** The ids of messages. */
export const idsOf = (messages: OutgoingMessage[]) =>
  messages.map(({ value }) => (JSON.parse(value) as { id: string }).id);
