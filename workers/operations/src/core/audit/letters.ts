import { type DeadLetter, letterId } from "#shared/dead-letters/letter.ts";
import { TOPICS } from "#shared/saga/declaration.ts";
import type { Finding } from "./page.ts";

/** A letter waits for a person: `npm run dead-letters` shows it. @param eventId of its booking, where it has one */
export function deadLetterWaits(letter: DeadLetter, eventId: string | null): Finding[] {
  if (letter.handled) return [];
  const { topic, key } = letter;
  const subject = letterId(letter);
  return [
    {
      check: "dead-letter-waits",
      bookingId: TOPICS[topic].key === "bookingId" ? key : null,
      eventId: TOPICS[topic].key === "eventId" ? key : eventId,
      detail: `${subject} by ${letter.letter?.consumer ?? "nobody known"}: ${letter.letter?.error ?? "no letter of ours"}`,
      mend: null,
      subject,
    },
  ];
}
