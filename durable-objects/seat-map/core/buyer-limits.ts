/** The most places that one buyer may have of an event. */
export interface BuyerLimits {
  /** Under locks, of holds and of bookings that are not paid, at one time. */
  held: number;
  /** These, and the places that are bought. */
  total: number;
}

export const NO_LIMITS: BuyerLimits = { held: Number.POSITIVE_INFINITY, total: Number.POSITIVE_INFINITY };
