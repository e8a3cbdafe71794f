/** Every limit of the server, with its reason. Bytes, counts and milliseconds as the names say. */

/** One answer; a larger `max_bytes` is cut to it. */
export const MAX_BYTES_PER_READ = 1024 * 1024;
export const MAX_RECORDS_PER_READ = 1_000;
/** The longest wait for a record. */
export const MAX_TIMEOUT_MS = 30_000;
/** A request body: ten of the largest records, in base64. */
export const MAX_REQUEST_BYTES = 14 * 1024 * 1024;
/** How many records a batch is taken to have: a read gives it whole, also what lies before the offset that was asked for. */
export const BATCH_RECORDS = 4;

export const MAX_CONNECTIONS = 6_000;
/** Longer than any client's pause between requests, so that a connection is not closed under a new one. */
export const KEEP_ALIVE_MS = 75_000;
/** A request still unanswered this long after SIGTERM is cut. */
export const SHUTDOWN_GRACE_MS = 5_000;
