import { ACCOUNTS } from "#local/seed/accounts.ts";
import { answerOf, signIn } from "#local/seed/api.ts";
import type { Client } from "#shared/client/client.ts";
import { createBooking, listEvents, seats as seatMap } from "#shared/client/generated/sdk.gen.ts";
import { pick, type Random } from "../support/random.ts";
import type { RoundPlan } from "./plan.ts";

/** Each buyer asks for so many seats. */
const SEATS_EACH = 2;

/** Bookings that are being made. */
export interface Rush {
  buyer: Client;
  /** The ids that were answered with a 202, in the order of the answers. */
  accepted: string[];
  /** Resolves with the first of them; rejects when none is accepted. */
  first: Promise<string>;
  /** Resolves when every request has been answered, or cut off. */
  over: Promise<void>;
}

/** Makes a round's bookings, all at once, for seats that are free. */
export async function startRush(url: string, plan: RoundPlan, random: Random): Promise<Rush> {
  const buyer = await signIn(url, ACCOUNTS.buyer);
  const { data: events } = await answerOf(listEvents({ client: buyer }));
  if (events.length === 0) throw new Error("there is no event to book");
  const eventId = pick(events, random).id;
  const orders = await chooseSeats(buyer, eventId, plan, random);
  const accepted: string[] = [];
  const requests = orders.map(async ({ seatIds, token }) => {
    const body = { eventId, seatIds, paymentMethod: { type: "card" as const, token } };
    const { bookingId } = await answerOf(createBooking({ client: buyer, body }));
    accepted.push(bookingId);
    return bookingId;
  });
  const first = Promise.any(requests);
  // Who waits for `first` hears of it; until then it is no unhandled rejection.
  first.catch(() => {});
  return { buyer, accepted, first, over: Promise.allSettled(requests).then(() => undefined) };
}

async function chooseSeats(buyer: Client, eventId: string, plan: RoundPlan, random: Random) {
  const { seats } = await answerOf(seatMap({ client: buyer, cache: "no-cache", path: { eventId } }));
  const free = seats.filter(({ status }) => status === "AVAILABLE").map(({ id }) => id);
  const take = (): string => {
    const [seat] = free.splice(Math.floor(random() * free.length), 1);
    if (!seat) throw new Error(`event ${eventId} has no free seats left: run fewer rounds`);
    return seat;
  };
  const orders = plan.cards.map((token) => ({ token, seatIds: Array.from({ length: SEATS_EACH }, take) }));
  const wanted = take();
  const rivals = plan.isContested ? [take(), take()] : [];
  return [...orders, ...rivals.map((other) => ({ token: "pm_card_visa", seatIds: [wanted, other] }))];
}
