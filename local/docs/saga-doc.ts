import { z } from "zod";
import {
  BOOKING_MACHINE,
  type BookingInput,
  type BookingState,
  STATUS_OF,
  TOPICS,
  type TopicName,
  WAITS_FOR,
} from "#shared/saga/declaration.ts";
import { fenced, table, withGenerated } from "./markdown.ts";

const states = Object.keys(BOOKING_MACHINE) as BookingState[];
const inputs = Object.keys(BOOKING_MACHINE.INITIATED) as BookingInput[];
const topics = Object.keys(TOPICS) as TopicName[];
const moves = states.flatMap((from) =>
  inputs.flatMap((input) => {
    const rule = BOOKING_MACHINE[from][input];
    return rule.kind === "move" ? [{ from, input, rule }] : [];
  }),
);

const code = (text: string) => `\`${text}\``;
const codes = (texts: readonly string[]) => texts.map(code).join(", ");

/** The page `docs/saga.md` with everything in it that follows from the declaration. */
export function sagaPage(text: string): string {
  return withGenerated(text, {
    diagram: fenced("mermaid", diagram()),
    states: stateTable(),
    moves: moveTable(),
    matrix: matrix(),
    topics: topicTable(),
    payloads: payloadTable(),
  });
}

function diagram(): string {
  const edges = new Map<string, string[]>();
  for (const { from, input, rule } of moves) {
    if (rule.to === from) continue;
    const edge = `${from} --> ${rule.to}`;
    edges.set(edge, [...(edges.get(edge) ?? []), input]);
  }
  const lines = [...edges].map(([edge, labels]) => `${edge} : ${labels.join(", ")}`);
  return ["stateDiagram-v2", `[*] --> ${states[0]} : booking.initiated`, ...lines].join("\n  ");
}

function stateTable(): string {
  const rows = states.map((state) => {
    const hop = WAITS_FOR[state];
    const limit = hop === null ? null : TOPICS[hop].limitSeconds;
    return [
      code(state),
      code(STATUS_OF[state]),
      hop === null ? "" : code(hop),
      limit === null ? "" : `${limit} s`,
    ];
  });
  return table(["State", "The buyer sees", "Waits for the answer to", "Deadline"], rows);
}

function moveTable(): string {
  const rows = moves.map(({ from, input, rule }) => [
    code(from),
    code(input),
    rule.to === from ? "same" : code(rule.to) + (rule.because ? `, ${code(rule.because)}` : ""),
    codes(rule.emits),
    rule.clears ?? "",
  ]);
  return table(["State", "Input", "Next", "Sends", "Clears"], rows);
}

function matrix(): string {
  const cell = (state: BookingState, input: BookingInput) => {
    const rule = BOOKING_MACHINE[state][input];
    if (rule.kind !== "move") return rule.kind === "early" ? "early" : "";
    return rule.to === state ? "same" : rule.to;
  };
  return table(
    ["Input", ...states],
    inputs.map((input) => [code(input), ...states.map((state) => cell(state, input))]),
  );
}

function topicTable(): string {
  const rows = topics.map((topic) => {
    const { key, producer, consumers, undo, limitSeconds, retentionDays } = TOPICS[topic];
    return [
      code(topic),
      code(key),
      producer,
      consumers.join(", ") || "nobody",
      undo === null ? "" : code(undo),
      limitSeconds === null ? "" : `${limitSeconds} s`,
      `${retentionDays} days`,
    ];
  });
  return table(["Topic", "Key", "From", "To", "Undone by", "Answer within", "Kept"], rows);
}

function payloadTable(): string {
  return table(
    ["Topic", "Payload"],
    topics.map((topic) => [code(topic), fieldsOf(TOPICS[topic].payload)]),
  );
}

/** An object's fields: `?` where one may be missing, `[]` for a list, in braces what it holds, choices by name. */
function fieldsOf({ shape }: z.ZodObject): string {
  return Object.entries(shape).map(field).join(", ");
}

function field([name, schema]: [string, unknown]): string {
  if (schema instanceof z.ZodOptional) return field([`${name}?`, schema.unwrap()]);
  if (schema instanceof z.ZodNullable) return field([`${name} or null`, schema.unwrap()]);
  if (schema instanceof z.ZodArray) return field([`${name}[]`, schema.element]);
  if (schema instanceof z.ZodObject) return `${name} {${fieldsOf(schema)}}`;
  if (schema instanceof z.ZodEnum) return `${name} (${schema.options.join(", ")})`;
  return name;
}
