import type { Decision } from "#shared/dead-letters/decide.ts";
import { type DeadLetter, type LetterPlace, letterId, type Mark } from "#shared/dead-letters/letter.ts";
import type { DeadLetters } from "#shared/dead-letters/read.ts";
import { alignColumns } from "../cli/table.ts";

/** A longer error is shortened in a list; `show` has all of it. */
const ERROR_LENGTH = 80;

/** A head line and one line a letter. */
export function printedList({ letters, isComplete }: DeadLetters, all: boolean): string[] {
  const waiting = letters.filter(({ handled }) => handled === null);
  const shown = all ? letters : waiting;
  const head = `${waiting.length} dead letter${waiting.length === 1 ? " waits" : "s wait"} for a decision.`;
  const rows = shown.map((one) => [
    letterId(one),
    one.key,
    new Date(one.writtenAt).toISOString(),
    one.letter === null ? "-" : `${one.letter.attempts} x`,
    ...(all ? [one.handled?.action ?? "waits"] : []),
    errorOf(one).slice(0, ERROR_LENGTH),
  ]);
  const columns = ["letter", "key", "written", "tried", ...(all ? ["state"] : []), "error"];
  return [
    head,
    ...(rows.length === 0 ? [] : ["", ...alignColumns([columns, ...rows])]),
    ...(isComplete ? [] : ["", "There are more than are read at once; the newest are not here."]),
  ];
}

/** One letter, field by field, and its message as indented JSON where it is JSON. */
export function printedLetter(one: DeadLetter): string[] {
  const { letter, handled } = one;
  const fields: [string, string][] = [
    ["letter", letterId(one)],
    ["key", one.key],
    ["written", new Date(one.writtenAt).toISOString()],
    ["error", errorOf(one)],
  ];
  if (letter) {
    fields.push(
      ["tried", `${letter.attempts} times by ${letter.consumer ?? "a consumer that is not named"}`],
      [
        "came from",
        `${letter.sourceTopic}, partition ${letter.sourcePartition}, offset ${letter.sourceOffset}`,
      ],
    );
  }
  fields.push(["state", handled ? decisionText(handled) : "waits for a decision"]);
  return [...alignColumns(fields), "", prettyJson(letter?.value ?? one.raw)];
}

/** What came of a decision, in one line. */
export function outcomeLine(place: LetterPlace, decision: Decision): string {
  const id = letterId(place);
  switch (decision.kind) {
    case "decided":
      return `${id}: ${decision.mark.action}.`;
    case "before":
      return `${id}: nothing done, it was ${decisionText(decision.mark)}.`;
    case "absent":
      return `${id}: there is no such dead letter.`;
    case "unreadable":
      return `${id}: it is no letter of ours, so there is nothing to replay. It can be discarded.`;
  }
}

export const errorOf = ({ letter }: DeadLetter): string => letter?.error ?? "not a letter of ours";

export const decisionText = ({ action, at, by, reason }: Mark): string =>
  `${action} at ${at} by ${by}${reason ? `: ${reason}` : ""}`;

/** Indented, where the text is JSON; else as it is. */
function prettyJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
