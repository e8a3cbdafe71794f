import type { BookingState } from "#shared/saga/declaration.ts";
import { pick, type Random, shuffled } from "../support/random.ts";

/** When a round kills. */
export type Moment =
  /** So long after the first 202. */
  | { kind: "after"; ms: number }
  /** As soon as a booking that shows as PENDING has come so far. */
  | { kind: "pending"; at: BookingState };

export interface RoundPlan {
  moment: Moment;
  /** One of these is declined, the others are good. */
  cards: string[];
  /** Whether two more buyers ask for one and the same seat at once. */
  isContested: boolean;
  /** Everything is killed once more, so long into the start that follows; null: it is not. */
  againAfterMs: number | null;
}

/** A booking takes some 200 ms; on a busy machine a few times that. */
const LONGEST_DELAY_MS = 500;
const PENDING_STATES = ["INITIATED", "PAYING", "RESERVING", "CAPTURING"] as const;
const CARDS = ["pm_card_visa", "pm_card_mastercard", "pm_card_chargeDeclined"];
const SHARE_CONTESTED = 0.5;
const SHARE_AGAIN = 0.2;
/** A start takes some 8 s: the second kill comes anywhere in it. */
const LONGEST_START_MS = 8_000;

/** What round `index` of a run does. Every second one kills while PENDING is observed. */
export function planRound(index: number, random: Random): RoundPlan {
  const moment: Moment =
    index % 2 === 0
      ? { kind: "after", ms: Math.floor(random() * LONGEST_DELAY_MS) }
      : { kind: "pending", at: pick(PENDING_STATES, random) };
  return {
    moment,
    cards: shuffled(CARDS, random),
    isContested: random() < SHARE_CONTESTED,
    againAfterMs: random() < SHARE_AGAIN ? Math.floor(random() * LONGEST_START_MS) : null,
  };
}

export const describeMoment = (moment: Moment): string =>
  moment.kind === "after" ? `${moment.ms} ms after the 202` : `PENDING seen in ${moment.at}`;
