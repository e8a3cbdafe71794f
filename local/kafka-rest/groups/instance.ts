import type { TopicPartition, TopicPartitionOffset } from "../log-store/log-store.ts";

/** What the Kafka-* headers of the first consume request set. */
export type InstanceSettings = {
  autoCommit: boolean;
  autoCommitIntervalMs: number;
  offsetReset: "earliest" | "latest" | "none";
  sessionTimeoutMs: number;
};

export const partitionKey = ({ topic, partition }: TopicPartition) => `${topic}/${partition}`;

/** One consumer of a group: what it owns, and how far it has been given records. */
export class Instance {
  readonly name: string;
  readonly settings: InstanceSettings;
  topics: ReadonlySet<string> = new Set();
  owned: TopicPartition[] = [];
  /** By partition: the next record to hand out. Absent until it is first asked for. */
  readonly positions = new Map<string, TopicPartitionOffset>();
  /** A consume request is under way. */
  busy = false;
  lastSeenMs: number;
  lastCommitMs: number;
  /** Ends the wait of the request under way. */
  interrupt: (() => void) | undefined;

  constructor(name: string, settings: InstanceSettings, nowMs: number) {
    this.name = name;
    this.settings = settings;
    this.lastSeenMs = nowMs;
    this.lastCommitMs = nowMs;
  }

  /** Takes a new assignment; returns the positions of what it no longer owns. */
  assign(owned: TopicPartition[]): TopicPartitionOffset[] {
    const kept = new Set(owned.map(partitionKey));
    const changed =
      owned.length !== this.owned.length || this.owned.some((item) => !kept.has(partitionKey(item)));
    if (!changed) return [];
    this.owned = owned;
    const revoked = [...this.positions].filter(([key]) => !kept.has(key));
    for (const [key] of revoked) this.positions.delete(key);
    this.interrupt?.();
    return revoked.map(([, position]) => position);
  }

  subscribesTo(topics: readonly string[]): boolean {
    return topics.length === this.topics.size && topics.every((topic) => this.topics.has(topic));
  }
}
