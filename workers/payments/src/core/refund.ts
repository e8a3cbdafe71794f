/** A refund as Stripe has it; amounts in minor units. */
export interface Refund {
  id: string;
  amount: number;
  status: "pending" | "succeeded" | "failed";
  failure: string | null;
  /** The `n` of the key that it was made with; null for one that somebody made at Stripe. */
  number: number | null;
}

export interface Dispute {
  id: string;
  amount: number;
  currency: string;
}

/** What became of money that was taken: everything that Stripe has on it. */
export interface Aftermath {
  refunds: Refund[];
  disputes: Dispute[];
}
