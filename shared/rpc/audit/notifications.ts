/** A mail about a booking, and what became of it. Times are epoch ms. */
export interface MailFacts {
  id: string;
  bookingId: string;
  kind: string;
  state: "PENDING" | "SENDING" | "SENT" | "FAILED";
  /** The refund that it is about, where it is about one. */
  refundId: string | null;
  attempts: number;
  createdAt: number;
}

/** What an auditor asks of notifications. */
export interface NotificationsAudit {
  /** The mails of these bookings (at most 200). */
  mailsOf(bookingIds: string[]): Promise<MailFacts[]>;
}
