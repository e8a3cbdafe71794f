/** Every limit of the server, with its reason. Bytes, counts and milliseconds as the names say. */

/** A record's key, value and headers together: Kafka's own default (message.max.bytes) is 1 MB too. */
export const MAX_RECORD_BYTES = 1024 * 1024;
/** A request body: ten of the largest records. */
export const MAX_REQUEST_BYTES = 10 * 1024 * 1024;
/** Bodies being received or worked on at once, so that many large requests cannot exhaust the heap. */
export const MAX_BUFFERED_REQUEST_BYTES = 128 * 1024 * 1024;
/** Keeps one transaction, and so everyone's wait for it, short. */
export const MAX_RECORDS_PER_PRODUCE = 1_000;
export const MAX_HEADERS_PER_RECORD = 100;
/** A consumer asks for a position of each of its topics and partitions; the widest asks for 52. */
export const MAX_POSITIONS_PER_REQUEST = 100;
export const MAX_RECORDS_PER_FETCH = 1_000;
/** About what a Worker parses in a few milliseconds. */
export const MAX_BYTES_PER_FETCH = 1024 * 1024;

export const MAX_TOPICS = 1_000;
export const MAX_PARTITIONS_PER_TOPIC = 64;
/** Kafka's own limit of a topic's name. */
export const MAX_TOPIC_NAME_LENGTH = 249;
export const MAX_GROUP_NAME_LENGTH = 255;
/** Shorter would delete records while their consumers restart. */
export const MIN_RETENTION_MS = 1_000;
export const MAX_RETENTION_MS = 10 * 365 * 24 * 3_600_000;
/** A record stamped in the future would never expire; Kafka 4's default bound (log.message.timestamp.after.max.ms). */
export const MAX_TIMESTAMP_AHEAD_MS = 3_600_000;

export const MAX_WAITING_FETCHES = 5_000;
/** Every waiting fetch holds a connection; the rest is for producers. */
export const MAX_CONNECTIONS = MAX_WAITING_FETCHES + 1_000;
export const MAX_TIMEOUT_MS = 30_000;
/** Upstash's documented defaults of `timeout`. */
export const DEFAULT_FETCH_TIMEOUT_MS = 1_000;
/** Longer than any client's pause between requests, so that a connection is not closed under a new one. */
export const KEEP_ALIVE_MS = 75_000;
/** What a 503 asks its client to wait: a broker that restarts, or a new leader, takes seconds. */
export const RETRY_AFTER_SECONDS = 2;
/** A request still unanswered this long after SIGTERM is cut. */
export const SHUTDOWN_GRACE_MS = 5_000;

/** Upstash's documented defaults of the Consume API. */
export const DEFAULT_AUTO_COMMIT_INTERVAL_MS = 5_000;
export const DEFAULT_SESSION_TIMEOUT_MS = 120_000;
export const MAX_AUTO_COMMIT_INTERVAL_MS = 3_600_000;
export const MIN_SESSION_TIMEOUT_MS = 1_000;
/** Kafka's group.max.session.timeout.ms. */
export const MAX_SESSION_TIMEOUT_MS = 1_800_000;
/** How often idle instances are looked for and due auto-commits made. */
export const GROUP_SWEEP_INTERVAL_MS = 1_000;
