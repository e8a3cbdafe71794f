import type { Finding } from "../page.ts";

/** A finding that can be mended, with what a test changes of it. */
export function finding(subject: string, changes: Partial<Finding> = {}): Finding {
  return {
    ...{ check: "stuck-outbox", bookingId: `bkg_${subject}`, eventId: null, mend: "outbox" },
    ...{ detail: "it was to be sent an hour ago", subject },
    ...changes,
  };
}
