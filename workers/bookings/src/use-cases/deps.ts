import type { Clock } from "#shared/clock.ts";
import type { Logger } from "#shared/observability/log.ts";
import type { QuoteAnswer, QuoteRequest } from "#shared/rpc/events.ts";
import type { InventoryRpc } from "#shared/rpc/inventory.ts";
import type { OutgoingMessage } from "#shared/saga/envelope.ts";
import type { BookedEvents } from "../repositories/booked-events.ts";
import type { Bookings } from "../repositories/bookings.ts";

/** What the use cases and the consumer of bookings need. */
export interface BookingsDeps {
  bookings: Bookings;
  bookedEvents: BookedEvents;
  events: {
    /** Prices what a booking asks for. */
    quote(request: QuoteRequest): Promise<QuoteAnswer>;
  };
  inventory: InventoryRpc;
  clock: Clock;
  logger: Logger;
  /** Hands messages to Kafka; resolves when they are durable there. */
  send(messages: OutgoingMessage[]): Promise<void>;
}
