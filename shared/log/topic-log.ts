/** A place in a partition: the offset of the next record to read. */
export interface Position {
  topic: string;
  partition: number;
  offset: number;
}

/** A partition of a topic. */
export type Partition = Omit<Position, "offset">;

/** One record as the log keeps it. */
export interface LogRecord extends Position {
  key: string;
  value: string;
  /** When the log took it, epoch ms; 0 where the log does not tell. */
  timestamp: number;
}

/** One record to append, its partition already computed. */
export interface NewRecord {
  topic: string;
  partition: number;
  key: string;
  value: string;
}

/**
 * The Kafka port: what the platform asks of a log.
 * Every method throws {@link Unavailable} when the log does not answer in time, answers 5xx or 429.
 */
export interface TopicLog {
  /** Appends all records; resolves when all are durable. At most {@link MAX_PRODUCE} a call. */
  produce(records: NewRecord[]): Promise<void>;
  /**
   * Records from these positions on, each partition's in order, waiting up to `waitMs` when there are none.
   * Where retention has deleted some, it goes on at the first that is left.
   */
  fetch(positions: Position[], waitMs: number): Promise<LogRecord[]>;
  /** Tells the group's progress, for lag only: consumers keep their own offsets. Nothing, where the log has no place for it. */
  commit(group: string, positions: Position[]): Promise<void>;
  /**
   * Where partitions begin (the first record that is left) or end (the offset that the next record gets), in the
   * order of the question.
   */
  offsets(at: "earliest" | "latest", partitions: Partition[]): Promise<Position[]>;
  /** Resolves when the log answers. */
  ping(): Promise<void>;
  /** How many requests this one has made; an invocation may make a limited number. One a call if absent. */
  readonly requests?: number;
}

/** The most records in one produce call. */
export const MAX_PRODUCE = 500;
