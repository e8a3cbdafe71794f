import type { Clock } from "../clock.ts";
import type { TopicLog } from "../log/topic-log.ts";
import { type DeadLetter, type LetterPlace, type Mark, markRecord, messageOf } from "./letter.ts";
import { findLetter } from "./read.ts";

/** The longest reason and name that are kept. */
export const MAX_REASON = 500;

export interface DecideDeps {
  log: TopicLog;
  clock: Clock;
}

export type Decision =
  | { kind: "decided"; letter: DeadLetter; mark: Mark }
  /** It was decided before, and nothing was done now. */
  | { kind: "before"; letter: DeadLetter; mark: Mark }
  | { kind: "absent" }
  /** What lies there is no letter of ours, and there is nothing to replay. */
  | { kind: "unreadable"; letter: DeadLetter };

/**
 * Sends a letter's message once more to where it came from: same topic, partition, key and value. It is produced
 * first and marked then, so a crash in between leaves a letter that can be replayed again; the message has its
 * effect once all the same, because its id is the one that consumers have in their inbox.
 * @throws Unavailable when the log does not answer
 */
export async function replayLetter(
  deps: DecideDeps,
  place: LetterPlace,
  { by, reason = null }: { by: string; reason?: string | null },
): Promise<Decision> {
  return decide(deps, place, { action: "replayed", by, reason }, async ({ key, letter }) => {
    if (letter === null) return false;
    await deps.log.produce([messageOf(key, letter)]);
    return true;
  });
}

/** Marks a letter as one that nothing is to be done about. @throws Unavailable when the log does not answer */
export async function discardLetter(
  deps: DecideDeps,
  place: LetterPlace,
  { by, reason }: { by: string; reason: string },
): Promise<Decision> {
  return decide(deps, place, { action: "discarded", by, reason }, async () => true);
}

async function decide(
  { log, clock }: DecideDeps,
  place: LetterPlace,
  { action, by, reason }: Pick<Mark, "action" | "by" | "reason">,
  act: (letter: DeadLetter) => Promise<boolean>,
): Promise<Decision> {
  const letter = await findLetter(log, place);
  if (!letter) return { kind: "absent" };
  if (letter.handled) return { kind: "before", letter, mark: letter.handled };
  if (!(await act(letter))) return { kind: "unreadable", letter };
  const mark: Mark = {
    handledOffset: letter.offset,
    action,
    reason: reason?.slice(0, MAX_REASON) ?? null,
    by: by.slice(0, MAX_REASON),
    at: new Date(clock()).toISOString(),
  };
  await log.produce([markRecord(letter, mark)]);
  // Somebody else may have decided since the look: the first mark in the log counts, whoever reads it.
  const counted = (await findLetter(log, place))?.handled ?? mark;
  return isSameMark(counted, mark)
    ? { kind: "decided", letter, mark }
    : { kind: "before", letter, mark: counted };
}

const isSameMark = (one: Mark, other: Mark): boolean =>
  one.action === other.action && one.by === other.by && one.at === other.at && one.reason === other.reason;
