import { existsSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { systemClock } from "#shared/clock.ts";
import { type DecideDeps, discardLetter, MAX_REASON, replayLetter } from "#shared/dead-letters/decide.ts";
import { type LetterPlace, letterId, parseLetterId } from "#shared/dead-letters/letter.ts";
import { findLetter, readLetters } from "#shared/dead-letters/read.ts";
import { replayWaiting } from "#shared/dead-letters/replay-waiting.ts";
import { Unavailable } from "#shared/errors/problem.ts";
import { kafkaRest } from "#shared/log/kafka-rest.ts";
import { MAX_PRODUCE, type TopicLog } from "#shared/log/topic-log.ts";
import type { TopicName } from "#shared/saga/declaration.ts";
import { topicNames, topicOf } from "#shared/saga/wire.ts";
import { CommandError, UsageError } from "../cli/command.ts";
import { printable } from "../cli/table.ts";
import { type Config, httpUrl } from "../config.ts";
import { platformSecrets } from "../parts/secrets.ts";
import { KAFKA_USERNAME } from "../parts/stores.ts";
import { outcomeLine, printedLetter, printedList } from "./present.ts";

export const USAGE = `Usage: npm run dead-letters -- <action>
  list [--topic booking.initiated] [--all]   those that wait for a decision; --all: the decided ones too
  show <letter>                              one with its whole message
  replay <letter> | --topic <topic> | --all  sends it, or all that wait, once more to where it came from
  discard <letter> --reason "..."            nothing is to be done about it
A letter is named as the list has it, such as booking.initiated/3/17.
Variables: TICKETFLOW_PORT_OFFSET, TICKETFLOW_DATA_DIR (where the platform is, as for npm start).`;

const OPTIONS = {
  topic: { type: "string" },
  reason: { type: "string" },
  all: { type: "boolean", default: false },
} as const;

/** One round sends as many as one call of the log takes; so many rounds send all letters that are read at once. */
const MAX_ROUNDS = 20;

/** The log of a platform of this machine. @throws CommandError when none was ever started in the data folder */
export function logOf(config: Config): TopicLog {
  if (!existsSync(join(config.dataDir, "secrets.json"))) {
    throw new CommandError(`There is no platform in ${config.dataDir}: run \`npm start\`.`);
  }
  const password = platformSecrets(config.dataDir).kafkaRest;
  return kafkaRest({ url: httpUrl(config, "kafkaRest"), username: KAFKA_USERNAME, password });
}

/** Who decides at a terminal. */
const operator = (): string => `${userInfo().username} (npm run dead-letters)`;

/**
 * Lists, shows, replays or discards dead letters.
 * @throws UsageError, and CommandError when the log does not answer or there is no such letter
 */
export async function deadLettersCommand(
  args: string[],
  { log, print: printLine }: { log: TopicLog; print: (line: string) => void },
): Promise<number> {
  const print = (line: string) => printLine(printable(line));
  const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
  const [action, name, ...more] = positionals;
  if (more.length > 0) throw new UsageError(`One letter at a time, not also "${more.join(" ")}".`);
  const topic = values.topic === undefined ? undefined : topicNamed(values.topic);
  const deps = { log, clock: systemClock };
  try {
    switch (action) {
      case "list":
        for (const line of printedList(await readLetters(log, topic ? [topic] : topicNames), values.all))
          print(line);
        return 0;
      case "show": {
        const letter = await findLetter(log, placeNamed(name));
        if (!letter) throw new CommandError(`There is no dead letter ${name}.`);
        for (const line of printedLetter(letter)) print(line);
        return 0;
      }
      case "replay":
        if (name !== undefined && (topic || values.all))
          throw new UsageError("One letter, or --topic, or --all.");
        if (topic && values.all) throw new UsageError("Either --topic or --all.");
        return topic || values.all
          ? await replayAll(deps, topic ? [topic] : topicNames, print)
          : await replayOne(deps, placeNamed(name), print);
      case "discard": {
        const reason = values.reason?.trim() ?? "";
        if (reason === "" || reason.length > MAX_REASON) {
          throw new UsageError(`A discarded letter needs a --reason of 1 to ${MAX_REASON} characters.`);
        }
        const place = placeNamed(name);
        const decision = await discardLetter(deps, place, { by: operator(), reason });
        print(outcomeLine(place, decision));
        return decision.kind === "absent" ? 1 : 0;
      }
      default:
        throw new UsageError(
          action === undefined ? "What is to be done?" : `There is no action "${action}".`,
        );
    }
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    throw new CommandError("Kafka does not answer. Does `npm start` run there?");
  }
}

async function replayOne(
  deps: DecideDeps,
  place: LetterPlace,
  print: (line: string) => void,
): Promise<number> {
  const decision = await replayLetter(deps, place, { by: operator() });
  print(outcomeLine(place, decision));
  return decision.kind === "absent" || decision.kind === "unreadable" ? 1 : 0;
}

/** All that wait in these topics, oldest first: messages of one key keep their order. */
async function replayAll(
  deps: DecideDeps,
  topics: readonly TopicName[],
  print: (line: string) => void,
): Promise<number> {
  let count = 0;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const found = await replayWaiting(deps, topics, { by: operator(), limit: MAX_PRODUCE });
    for (const letter of found.replayed) print(`${letterId(letter)}: replayed.`);
    count += found.replayed.length;
    if (found.left > 0) continue;
    for (const letter of found.unreadable) print(outcomeLine(letter, { kind: "unreadable", letter }));
    if (count + found.unreadable.length === 0)
      print(`No dead letter${topics.length === 1 ? ` of ${topics[0]}` : ""} waits.`);
    return found.unreadable.length > 0 ? 1 : 0;
  }
  print("There are more than are replayed at once: run it again.");
  return 1;
}

function topicNamed(text: string): TopicName {
  const topic = topicOf(`ticketflow.${text}`);
  if (!topic) throw new UsageError(`The topics are ${topicNames.join(", ")}; not "${text}".`);
  return topic;
}

function placeNamed(text: string | undefined): LetterPlace {
  const place = text === undefined ? null : parseLetterId(text);
  if (!place) throw new UsageError(`A letter is named like booking.initiated/3/17, not "${text ?? ""}".`);
  return place;
}
