import type { TopicName } from "#shared/saga/declaration.ts";
import { between, type Chance, happens, pick } from "./kernel/chance.ts";

/** How a buyer pays: a published test card, or Stripe's page. */
export type Way =
  | "card"
  | "declined"
  | "authentication"
  | "abandoned-authentication"
  | "failed-authentication"
  /** Paid, and a refund takes time, fails, or cannot be made. */
  | "slow-refund"
  | "failing-refund"
  | "charged-back"
  | "page"
  | "declined-page"
  | "abandoned-page";

/** What one buyer does. Times are ms after the beginning. */
export interface BuyerPlan {
  number: number;
  at: number;
  seatIds: string[];
  generalAdmission: { name: string; quantity: number }[];
  way: Way;
  /** Holds the places before they are booked; extends the hold, or gives it back before the booking comes. */
  hold: "plain" | "extended" | "released" | null;
  key: string | null;
  /** Sends the same request a second time, at the same moment or later. */
  again: "same" | "other-body" | null;
  cancelAt: number | null;
  /** Tries to give back the booking of the buyer before them. */
  triesAnothers: boolean;
  /** What becomes of the money at Stripe, outside the platform, once it was taken. */
  afterwards: "refund-by-hand" | "refund-a-part" | null;
}

export interface Workload {
  seats: string[];
  blocked: string[];
  generalAdmission: { name: string; capacity: number }[];
  /** Minor units, for any place; 0 for an event that is free. */
  price: number;
  buyers: BuyerPlan[];
  /** When the event gets one more seat and another name, or is cancelled. */
  updateAt: number | null;
  cancelEventAt: number | null;
}

const WAYS: readonly Way[] = [
  ...(["card", "card", "card", "card", "card", "declined", "authentication"] as const),
  ...(["abandoned-authentication", "failed-authentication", "page", "declined-page"] as const),
  ...(["abandoned-page", "slow-refund", "failing-refund", "charged-back"] as const),
];
const HOLDS = ["plain", null, null, "extended", null, "released", null] as const;
const AREA = "Floor";

/**
 * What happens in a run besides faults: few places and many who want them.
 * @param wanted a topic that shall be said
 */
export function drawWorkload(chance: Chance, wanted: TopicName | null): Workload {
  const drawn = draw(chance);
  return wanted === null ? drawn : { ...drawn, ...LEADS_TO[wanted]?.(drawn) };
}

const everyone = ({ buyers }: Workload, change: Partial<BuyerPlan>): Partial<Workload> => ({
  buyers: buyers.map((plan) => ({ ...plan, ...change })),
});

/** What leads to topics that few runs say. One that is not here is said by many. */
const LEADS_TO: Partial<Record<TopicName, (drawn: Workload) => Partial<Workload>>> = {
  "event.updated": () => ({ updateAt: 90_000 }),
  "event.cancelled": () => ({ cancelEventAt: 90_000 }),
  "payment.action-required": (drawn) => everyone(drawn, { way: "authentication" }),
  "booking.cancelled": (drawn) => everyone(drawn, { way: "card", cancelAt: 60_000 }),
  "payment.refunded": (drawn) => ({ price: 2_500, ...everyone(drawn, { way: "card", cancelAt: 60_000 }) }),
  "payment.disputed": (drawn) => ({ price: 2_500, ...everyone(drawn, { way: "charged-back" }) }),
};

function draw({ workload: random }: Chance): Workload {
  const seats = Array.from({ length: between(random, 2, 5) }, (_, n) => `A-${n + 1}`);
  const hasArea = happens(random, 0.4);
  const spanMs = pick([0, 2_000, 60_000, 280_000, 320_000], random);
  const buyers = Array.from({ length: between(random, 1, 4) }, (_, n) => n + 1).map((number): BuyerPlan => {
    const isStanding = hasArea && happens(random, 0.4);
    const first = between(random, 0, seats.length - 1);
    const again = happens(random, 0.2) ? pick(["same", "same", "other-body"] as const, random) : null;
    const at = between(random, 0, spanMs);
    return {
      number,
      at,
      // Of what is drawn already, so that schedules without a hold are what they were.
      hold: HOLDS[(at + number) % HOLDS.length]!,
      seatIds: isStanding && happens(random, 0.7) ? [] : seats.slice(first, first + between(random, 1, 3)),
      generalAdmission: isStanding ? [{ name: AREA, quantity: between(random, 1, 2) }] : [],
      way: pick(WAYS, random),
      key: again !== null || happens(random, 0.3) ? `key-${number}` : null,
      again,
      // Many minds are changed at once, while everything is under way.
      cancelAt: happens(random, 0.3) ? between(random, 0, pick([3_000, 60_000, 400_000], random)) : null,
      triesAnothers: happens(random, 0.1),
      afterwards: happens(random, 0.12) ? pick(["refund-by-hand", "refund-a-part"] as const, random) : null,
    };
  });
  return {
    seats,
    blocked: happens(random, 0.1) ? [seats[0]!] : [],
    generalAdmission: hasArea ? [{ name: AREA, capacity: 2 }] : [],
    price: happens(random, 0.08) ? 0 : 2_500,
    buyers,
    updateAt: happens(random, 0.15) ? between(random, 0, 300_000) : null,
    cancelEventAt: happens(random, 0.12) ? between(random, 0, 500_000) : null,
  };
}
