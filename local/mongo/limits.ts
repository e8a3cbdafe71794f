/**
 * Every limit of the server, in one place. Those that MongoDB publishes have its values
 * (https://www.mongodb.com/docs/manual/reference/limits/), so that code which fits here fits there.
 */

/** Largest wire message, header included: what `hello` announces as maxMessageSizeBytes. */
export const MAX_MESSAGE_BYTES = 48_000_000;
/** Largest stored BSON document. */
export const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;
/** Documents or statements in one write command. */
export const MAX_WRITE_BATCH = 100_000;
/** Nesting of a stored document. */
export const MAX_STORED_NESTING = 180;
/** Nesting of any BSON that arrives: stored documents are wrapped by their command. */
export const MAX_WIRE_NESTING = 200;
/** Null elements that a write past an array's end may create, as in MongoDB. */
export const MAX_ARRAY_BACKFILL = 1_500_000;
/** Indexes of one collection, `_id` included. */
export const MAX_INDEXES = 64;
/** Fields of one compound index. */
export const MAX_INDEX_FIELDS = 32;
/** Bytes of "database.collection". */
export const MAX_NAMESPACE_BYTES = 255;
/** Documents in a first batch when the client names no size. */
export const DEFAULT_FIRST_BATCH = 101;

/** Open sockets: several pools with their monitors, far from the descriptor limit of a default shell. */
export const MAX_CONNECTIONS = 900;
/** Open cursors: each holds its remaining results in memory. */
export const MAX_CURSORS = 2_000;
/** A cursor nobody reads is closed after MongoDB's default of ten minutes. */
export const CURSOR_IDLE_MS = 10 * 60_000;
/** Sessions remembered for retryable writes. */
export const MAX_SESSIONS = 100_000;
/** A session nobody uses is forgotten after this time, which `hello` announces. */
export const SESSION_TIMEOUT_MINUTES = 30;
/** How often idle cursors, idle sessions and expired (TTL) documents are swept: MongoDB's TTL period. */
export const SWEEP_INTERVAL_MS = 60_000;
/** A message whose rest does not arrive in this time costs its connection. */
export const INCOMPLETE_MESSAGE_TIMEOUT_MS = 30_000;
/** Requests of one connection that may wait before its socket is no longer read. */
export const MAX_QUEUED_REQUESTS = 64;
/** Longest wait of an awaitable hello: above the driver's own heartbeat settings, below any idle timeout. */
export const MAX_HELLO_WAIT_MS = 60_000;
