import type { DeadLetter } from "#shared/dead-letters/letter.ts";

export type LetterState = "WAITING" | "REPLAYED" | "DISCARDED";

/** What became of a letter. */
export function stateOf({ handled }: DeadLetter): LetterState {
  if (!handled) return "WAITING";
  return handled.action === "replayed" ? "REPLAYED" : "DISCARDED";
}
