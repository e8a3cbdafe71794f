import type { ConfirmFailure, DecisionStatus, OwnerKind, RefusalReason, ReleaseCause } from "../rpc.ts";

/** Words of a decision as bytes. Append only, for they are in stored snapshots; 0 is none. */
const codes = <Word extends string>(byWord: Record<Word, number>) => {
  const words: Word[] = [];
  for (const word of Object.keys(byWord) as Word[]) words[byWord[word]] = word;
  return {
    of: (word: Word | undefined): number => (word === undefined ? 0 : byWord[word]),
    word: (code: number): Word | undefined => words[code],
  };
};

export const KIND = codes<OwnerKind>({ hold: 1, booking: 2 });
export const STATUS = codes<DecisionStatus>({ LOCKED: 1, REFUSED: 2, RESERVED: 3, RELEASED: 4, EXPIRED: 5 });
export const REFUSAL = codes<RefusalReason>({
  SEATS_TAKEN: 1,
  UNKNOWN_SEAT: 2,
  BLOCKED: 3,
  SOLD_OUT: 4,
  CLOSED: 5,
  RELEASED: 6,
  LIMIT_REACHED: 7,
});
export const CONFIRM_FAILURE = codes<ConfirmFailure>({ EXPIRED: 1, RELEASED: 2, UNKNOWN: 3 });
export const CAUSE = codes<ReleaseCause>({ RELEASED: 1, EXPIRED: 2, NOTHING_HELD: 3 });
