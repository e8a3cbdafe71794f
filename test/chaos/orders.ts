import { pick, type Random, seeded } from "../support/random.ts";

/** What a buyer does with a booking that was accepted. */
export type Afterthought = "keeps it" | "cancels at once" | "cancels later";

/** One buyer's request. */
export interface Order {
  /** The Idempotency-Key. */
  key: string;
  /** The number of the buyer. */
  buyer: number;
  seatIds: string[];
  /** The card. */
  token: string;
  then: Afterthought;
  /** Sent twice at the same time, with the one key. */
  isDoubled: boolean;
}

const GOOD = ["pm_card_visa", "pm_card_mastercard"];
const BAD = ["pm_card_chargeDeclined", "pm_card_visa_chargeDeclinedInsufficientFunds"];
const MOST_SEATS = 3;

/** Of all orders; the others keep what they get, with a good card, and ask once. */
const SHARES = { declined: 0.08, contested: 0.06, doubled: 0.06, cancelsAtOnce: 0.04, cancelsLater: 0.06 };

/** On average an order takes so many seats. */
export const SEATS_AN_ORDER = (1 + MOST_SEATS) / 2;

/**
 * Orders without end, in groups that are sent at the same moment: as a rule one; two where they want one and the same
 * seat. The same seed gives the same orders. Throws when the seats are used up.
 */
export function* ordersOf(options: {
  seed: number;
  buyers: number;
  seatIds: readonly string[];
}): Generator<Order[], never> {
  const { seed, buyers, seatIds } = options;
  const random = seeded(seed);
  let nextSeat = 0;
  const take = (count: number): string[] => {
    const taken = seatIds.slice(nextSeat, nextSeat + count);
    if (taken.length < count) throw new Error("all seats are sold: fewer bookings, or fewer minutes");
    nextSeat += count;
    return taken;
  };
  for (let n = 0; ; n++) {
    const order = oneOrder(`chaos-${seed}-${n}`, take(seatsOf(random)), buyers, random);
    if (random() >= SHARES.contested) {
      yield [order];
      continue;
    }
    const rival = oneOrder(`${order.key}-rival`, take(seatsOf(random)), buyers, random);
    yield [order, { ...rival, seatIds: [...rival.seatIds, order.seatIds[0]!] }];
  }
}

const seatsOf = (random: Random): number => 1 + Math.floor(random() * MOST_SEATS);

function oneOrder(key: string, seatIds: string[], buyers: number, random: Random): Order {
  const buyer = Math.floor(random() * buyers);
  const isBad = random() < SHARES.declined;
  const isDoubled = random() < SHARES.doubled;
  const mood = random();
  const then =
    mood < SHARES.cancelsAtOnce
      ? "cancels at once"
      : mood < SHARES.cancelsAtOnce + SHARES.cancelsLater
        ? "cancels later"
        : "keeps it";
  return { key, buyer, seatIds, token: pick(isBad ? BAD : GOOD, random), then, isDoubled };
}
