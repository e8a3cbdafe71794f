import { z } from "zod";
import { type Payload, TOPICS, type TopicName } from "./declaration.ts";
import { sagaPartition, wireTopic } from "./wire.ts";

/** What travels: a payload with its name, its time and an id that a re-run of the same step repeats. */
export interface Envelope<T extends TopicName = TopicName> {
  id: string;
  type: T;
  version: 1;
  occurredAt: string;
  traceparent: string;
  payload: Payload<T>;
}

/** A message on its way to Kafka, with its partition already computed. */
export interface OutgoingMessage {
  topic: string;
  partition: number;
  key: string;
  value: string;
}

const envelopeShape = z.object({
  id: z.string().min(1).max(200),
  type: z.string(),
  version: z.literal(1),
  occurredAt: z.iso.datetime(),
  traceparent: z.string().max(100),
  payload: z.unknown(),
});

/**
 * An envelope around a payload.
 * @param step what makes the id deterministic within its topic: the booking, and a count where a step
 *   may be asked for more than once
 */
export function envelope<T extends TopicName>(
  type: T,
  step: string,
  payload: Payload<T>,
  at: { now: number; traceparent: string },
): Envelope<T> {
  return {
    id: `${type}:${step}`,
    type,
    version: 1,
    occurredAt: new Date(at.now).toISOString(),
    traceparent: at.traceparent,
    payload,
  };
}

/** The key of an envelope: the id of the booking, the event or the user. */
function keyOf(message: Envelope): string {
  const payload = message.payload as Record<string, unknown>;
  return String(payload[TOPICS[message.type].key]);
}

/** An envelope as a Kafka record. */
export function toMessage(message: Envelope): OutgoingMessage {
  const key = keyOf(message);
  return {
    topic: wireTopic(message.type),
    partition: sagaPartition(key),
    key,
    value: JSON.stringify(message),
  };
}

export type Parsed = { ok: true; envelope: Envelope } | { ok: false; error: string };

/** Reads a record of a topic; a malformed one is a rejection with the first field that is wrong. */
export function parseEnvelope(topic: TopicName, value: string): Parsed {
  let json: unknown;
  try {
    json = JSON.parse(value);
  } catch {
    return { ok: false, error: "the value is not JSON" };
  }
  const shape = envelopeShape.safeParse(json);
  if (!shape.success) return { ok: false, error: describe(shape.error) };
  if (shape.data.type !== topic) return { ok: false, error: `type is ${shape.data.type}, not ${topic}` };
  const payload = TOPICS[topic].payload.safeParse(shape.data.payload);
  if (!payload.success) return { ok: false, error: `payload: ${describe(payload.error)}` };
  return { ok: true, envelope: { ...shape.data, type: topic, payload: payload.data } as Envelope };
}

function describe(error: z.ZodError): string {
  const issue = error.issues[0];
  return issue ? `${issue.path.join(".") || "(root)"}: ${issue.message}` : "invalid";
}
