import { Arrivals } from "#shared/arrivals.ts";
import type { Identity } from "#shared/auth/roles.ts";
import { Problem, Unavailable } from "#shared/errors/problem.ts";
import { gather } from "#shared/gather.ts";
import { lingerMs } from "#shared/linger.ts";
import { MAX_PRODUCE } from "#shared/log/topic-log.ts";
import { describeError } from "#shared/observability/log.ts";
import type { OutboxRow } from "#shared/postgres/relay.ts";
import type { EventsRpc, QuoteRequest } from "#shared/rpc/events.ts";
import type { NewBooking } from "../repositories/bookings.ts";
import { type BookingRequest, createBooking } from "./create-booking.ts";
import type { BookingsDeps } from "./deps.ts";
import type { BookingAnswer, BookingsDeskRpc } from "./desk-rpc.ts";
import { relay } from "./relay.ts";

/** The most that one call prices, and one statement writes. */
const MOST_TOGETHER = 64;

/** Requests at a desk at once; one more is told to come back, before it waits for all of them. */
export const MOST_AT_A_DESK = 1_000;

export interface DeskDeps extends Omit<BookingsDeps, "events"> {
  events: Pick<EventsRpc, "quotes">;
  /** Lets time pass, in ms. */
  pause(ms: number): Promise<unknown>;
}

/**
 * Takes requests for places: those that come at the same time are priced by one call, written by one statement, and
 * sent to Kafka by one more. For an object: requests of a Worker must not wait for one another's promises.
 */
export function bookingsDesk(deps: DeskDeps): BookingsDeskRpc {
  const { bookings, events, clock, logger, pause } = deps;
  const arrivals = new Arrivals();
  let waiting = 0;
  let sendingMs = 0;

  const create = gather(
    (some: NewBooking[]) =>
      // Alone it says whether its key is taken: where that of several is, each is written alone.
      some.length === 1 ? Promise.all(some.map(bookings.create)) : bookings.createAll(some),
    MOST_TOGETHER,
  );
  const quote = gather((some: QuoteRequest[]) => events.quotes(some), MOST_TOGETHER);
  const send = gather(
    async (some: OutboxRow[][]) => {
      const startedAt = clock();
      await relay(deps, some.flat());
      sendingMs = clock() - startedAt;
      return some.map(() => undefined);
    },
    MAX_PRODUCE,
    (inHand) => pause(lingerMs(arrivals.rate(clock()), sendingMs, inHand)),
  );
  const together: BookingsDeps = { ...deps, bookings: { ...bookings, create }, events: { quote } };

  async function taken(caller: Identity, request: BookingRequest, key?: string): Promise<BookingAnswer> {
    const { booking, outbox } = await createBooking(together, caller, request, key);
    if (outbox.length > 0) sendSoon(booking.id, outbox);
    return { outcome: "ACCEPTED", bookingId: booking.id, state: booking.state };
  }

  /** The rows are durable: if this fails, the sweeper sends them. */
  function sendSoon(bookingId: string, rows: OutboxRow[]): void {
    arrivals.add(1, clock());
    send(rows).catch((error) =>
      logger.warn("left for the sweeper", { bookingId, error: describeError(error) }),
    );
  }

  return {
    async book(caller, request, key) {
      if (waiting >= MOST_AT_A_DESK) return { outcome: "UNAVAILABLE", backend: "bookings" };
      waiting += 1;
      try {
        return await taken(caller, request, key);
      } catch (error) {
        return refusalOf(error);
      } finally {
        waiting -= 1;
      }
    },
  };
}

/** An error as data: what it is does not survive a call between objects. @throws what is no refusal */
function refusalOf(error: unknown): BookingAnswer {
  if (error instanceof Problem) {
    const { code, detail, errors } = error;
    return { outcome: "REFUSED", code, detail, errors };
  }
  if (error instanceof Unavailable) return { outcome: "UNAVAILABLE", backend: error.backend };
  return { outcome: "BROKEN", error: describeError(error) };
}
