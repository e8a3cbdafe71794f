/** Messages that were written and not sent yet, as a service's own outbox has them. */
export interface OutboxFacts {
  unsent: number;
  /** The oldest ones, at most 100. */
  oldest: UnsentFacts[];
}

/** What waits in an outbox for one key: a booking, an event or a user. */
export interface UnsentFacts {
  key: string;
  /** When the oldest of it was written, epoch ms. */
  since: number;
}

/** What an auditor asks of a service that has an outbox. */
export interface OutboxAudit {
  outbox(): Promise<OutboxFacts>;
  /**
   * Sends what waits for these keys (at most 100), also what a sender has claimed and not sent. Whoever consumes it
   * expects a message to come twice.
   * @returns how many messages, or aggregates with messages, were sent
   */
  relay(keys: string[]): Promise<number>;
}
