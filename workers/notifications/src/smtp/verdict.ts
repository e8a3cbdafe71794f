import type { Verdict } from "../core/mailer.ts";

/** What nodemailer says of a mail that did not go through. */
export interface SmtpError extends Error {
  /** Its own code, such as EENVELOPE. */
  code?: string;
  /** The server's, where the server has answered (RFC 5321, 4.2). */
  responseCode?: number;
  /** The command that was refused. */
  command?: string;
}

/** 421: the server closes the connection and may take the mail later (RFC 5321, 3.8). */
const CLOSING = 421;

/**
 * Whether a mail was refused for good, or only for now. For good is a 5xx for its recipient or its text, and an address
 * that no envelope takes. A 5xx for our own sender or sign-in is for an operator to mend: the mail waits.
 */
export function verdictOf(error: SmtpError): { verdict: Verdict; isConnectionUsable: boolean } {
  const { code, responseCode, command, message } = error;
  const reason = message.replaceAll(/\s+/g, " ").slice(0, 300);
  const isAnswer = responseCode !== undefined && responseCode >= 400;
  if (!isAnswer) {
    // Refused on our side, before anything was said; else the connection broke, and nobody knows how far it got.
    const isBadAddress = code === "EENVELOPE";
    return {
      verdict: { kind: isBadAddress ? "rejected" : "deferred", reason },
      isConnectionUsable: isBadAddress,
    };
  }
  const isOurs = command === "MAIL FROM" || command?.startsWith("AUTH") === true;
  const isForGood = responseCode >= 500 && !isOurs;
  return {
    verdict: { kind: isForGood ? "rejected" : "deferred", reason },
    isConnectionUsable: responseCode !== CLOSING,
  };
}
