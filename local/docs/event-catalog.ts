import { z } from "zod";
import { TOPICS, type TopicName } from "#shared/saga/declaration.ts";
import { exampleEnvelope } from "./event-examples.ts";
import { code, type FieldSchema, fieldTable } from "./fields.ts";
import { fenced, withGenerated } from "./markdown.ts";

const topics = Object.keys(TOPICS) as TopicName[];

/** The page `docs/event-catalog.md` with a section for each topic. */
export function eventCatalog(text: string): string {
  return withGenerated(text, { topics: topics.map(section).join("\n\n") });
}

function section(topic: TopicName): string {
  const { consumers, key, limitSeconds, payload, producer, retentionDays, undo } = TOPICS[topic];
  const facts = [
    `- **From** ${producer} **to** ${consumers.join(", ") || "nobody"}`,
    `- **Key** ${code(key)}: messages with the same one arrive in order`,
    `- **Undone by** ${undo === null ? "nothing: there is nothing to take back" : code(undo)}`,
    ...(limitSeconds === null ? [] : [`- **Answer within** ${limitSeconds} s`]),
    `- **Kept** ${retentionDays} days`,
  ];
  const schema = z.toJSONSchema(payload, { io: "input" }) as FieldSchema;
  return [
    `## ${topic}`,
    facts.join("\n"),
    fieldTable(schema),
    fenced("json", JSON.stringify(exampleEnvelope(topic), null, 2)),
  ].join("\n\n");
}
