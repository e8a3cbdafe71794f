/** A mail as it goes out. */
export interface OutgoingMail {
  messageId: string;
  to: { name: string; email: string };
  subject: string;
  html: string;
  text: string;
}

/**
 * What the mail server said to one mail. `rejected`: it will never take this mail for this recipient.
 * `deferred`: not now, or nobody knows whether it took it.
 */
export type Verdict = { kind: "accepted" } | { kind: "rejected" | "deferred"; reason: string };

/** An open connection to the mail server. */
export interface MailSession {
  /** @throws Unavailable when the connection is of no more use and this mail was not begun */
  send(mail: OutgoingMail): Promise<Verdict>;
  close(): void;
}

/** The mail server. Every method throws Unavailable when it does not answer, or answers that it cannot now. */
export interface Mailer {
  /** Greeted, and signed in where it asks for that. */
  open(): Promise<MailSession>;
  /** Whether it greets and takes commands. */
  ping(): Promise<void>;
}
