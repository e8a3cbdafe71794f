import { type DeadLetter, letterId } from "#shared/dead-letters/letter.ts";
import { TOPICS } from "#shared/saga/declaration.ts";
import type { Finding } from "./page.ts";

/** A letter that waits for a person: `npm run dead-letters` shows it. @param eventId of its booking, if it has one */
export function deadLetterWaits(waiting: DeadLetter, eventId: string | null): Finding {
  const { topic, key, letter } = waiting;
  const subject = letterId(waiting);
  const why = letter
    ? `${letter.consumer ?? "a consumer"} would not take it: ${letter.error}`
    : "no letter of ours";
  return {
    check: "dead-letter-waits",
    bookingId: TOPICS[topic].key === "bookingId" ? key : null,
    eventId: TOPICS[topic].key === "eventId" ? key : eventId,
    ...{ detail: why, mend: null, subject },
  };
}
