import type { DecideDeps } from "#shared/dead-letters/decide.ts";
import { type DeadLetter, type LetterPlace, parseLetterId } from "#shared/dead-letters/letter.ts";
import { findLetter, readLetters } from "#shared/dead-letters/read.ts";
import { Problem } from "#shared/errors/problem.ts";
import type { TopicName } from "#shared/saga/declaration.ts";
import { topicNames } from "#shared/saga/wire.ts";
import { type LetterState, stateOf } from "../core/letter-state.ts";

interface LettersQuery {
  topic?: TopicName | undefined;
  state?: LetterState | undefined;
  order: "oldest" | "newest";
  page: number;
  perPage: number;
}

/** A page of the letters, and how many there are in all. @throws Unavailable when the log does not answer */
export async function listLetters({ log }: DecideDeps, query: LettersQuery) {
  const { letters, isComplete } = await readLetters(log, query.topic ? [query.topic] : topicNames);
  const wanted = query.state ? letters.filter((one) => stateOf(one) === query.state) : letters;
  if (query.order === "newest") wanted.reverse();
  const from = (query.page - 1) * query.perPage;
  return { letters: wanted.slice(from, from + query.perPage), total: wanted.length, isComplete };
}

/** One letter. @throws Problem DEAD_LETTER_NOT_FOUND, Unavailable when the log does not answer */
export async function oneLetter({ log }: DecideDeps, path: LetterPath): Promise<DeadLetter> {
  const found = await findLetter(log, placeIn(path));
  if (!found) throw new Problem("DEAD_LETTER_NOT_FOUND");
  return found;
}

/** A letter's place as an address has it. */
export interface LetterPath {
  topic: string;
  partition: string;
  offset: string;
}

/** @throws Problem DEAD_LETTER_NOT_FOUND where there can be no letter */
export function placeIn({ topic, partition, offset }: LetterPath): LetterPlace {
  const place = parseLetterId(`${topic}/${partition}/${offset}`);
  if (!place) throw new Problem("DEAD_LETTER_NOT_FOUND");
  return place;
}
