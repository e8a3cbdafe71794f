import { type SagaService, TOPICS, type TopicName } from "./declaration.ts";
import { partitionOf } from "./partition.ts";

/** All topics have one and the same partition count, and it never changes: one key, one consumer object. */
export const PARTITIONS = 8;

/** How long a dead letter stays for a person to look at, in days. */
const DEAD_LETTER_RETENTION_DAYS = 30;

const DAY_MS = 86_400_000;
const PREFIX = "ticketflow.";

/** The name of a topic on the wire. */
export function wireTopic(topic: TopicName): string {
  return PREFIX + topic;
}

/** Where messages go that no handler would take. */
export function deadLetterTopic(topic: TopicName): string {
  return `${PREFIX}${topic}.DLT`;
}

/** The topic behind a wire name, or undefined for a foreign one. */
export function topicOf(wireName: string): TopicName | undefined {
  const name = wireName.slice(PREFIX.length);
  return wireName.startsWith(PREFIX) && Object.hasOwn(TOPICS, name) ? (name as TopicName) : undefined;
}

export const topicNames = Object.keys(TOPICS) as TopicName[];

/** What to create on a broker: every topic and its dead letters. */
export function topicsToCreate(): { name: string; partitions: number; retentionMs: number }[] {
  return topicNames.flatMap((topic) => [
    { name: wireTopic(topic), partitions: PARTITIONS, retentionMs: TOPICS[topic].retentionDays * DAY_MS },
    {
      name: deadLetterTopic(topic),
      partitions: PARTITIONS,
      retentionMs: DEAD_LETTER_RETENTION_DAYS * DAY_MS,
    },
  ]);
}

/** The topics that a service consumes, in declared order. */
export function consumedBy(service: SagaService): TopicName[] {
  return topicNames.filter((topic) => (TOPICS[topic].consumers as readonly SagaService[]).includes(service));
}

/** The services that consume a topic. */
export function consumersOf(topic: TopicName): readonly SagaService[] {
  return TOPICS[topic].consumers;
}

/** The partition of a booking or an event, the same in every topic. */
export function sagaPartition(key: string): number {
  return partitionOf(key, PARTITIONS);
}
