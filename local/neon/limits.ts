/** Connections a role and database may have here. More than a few only queue inside a small server. */
export const DEFAULT_POOL_SIZE = 10;
export const MAX_POOL_SIZE = 12;
/**
 * Roles and databases served at once. With the pipes below, all pools full (8 x 12 + 16 = 112) stay under the
 * server's max_connections (local/postgres/config.ts), so that a full pool queues and nothing is refused.
 */
export const MAX_POOLS = 8;
/** WebSocket pipes at once, each a connection of its own. */
export const MAX_PIPES = 16;

/** Requests waiting for a connection of one pool. At a millisecond a query that is a wait well under a second. */
export const MAX_QUEUE = 256;
/** Waiting for a connection, queueing included: a caller at the edge gives up a second later (`shared/postgres`), and so hears why. */
export const ACQUIRE_TIMEOUT_MS = 4_000;
/** The server ends a statement after this; the client's side waits a little longer, for a server that hangs. */
export const STATEMENT_TIMEOUT_MS = 30_000;
export const STATEMENT_GRACE_MS = 5_000;
export const IDLE_CONNECTION_MS = 30_000;
/** Ends what statements and caches a connection has gathered. */
export const CONNECTION_LIFETIME_S = 1_800;
/** Statement texts kept prepared per connection; the server holds memory for each. */
export const MAX_PREPARED = 100;

/** As Neon's proxy: 10 MiB each way. */
export const MAX_REQUEST_BYTES = 10 * 1024 * 1024;
export const MAX_RESPONSE_BYTES = 10 * 1024 * 1024;
/** A transaction of more is a bulk load, which belongs elsewhere. */
export const MAX_BATCH = 1_000;
/** The wire protocol counts parameters in 16 bits. */
export const MAX_PARAMS = 65_535;

/** Receiving a whole request. */
export const REQUEST_TIMEOUT_MS = 15_000;
/** Longer than callers keep an idle connection, so that they never write into one that we just closed. */
export const KEEP_ALIVE_MS = 120_000;
export const MAX_HTTP_CONNECTIONS = 512;

/** One message through a pipe, and how much may wait for a slow reader before the other side is paused. */
export const MAX_PIPE_MESSAGE_BYTES = 16 * 1024 * 1024;
export const PIPE_HIGH_WATER_BYTES = 1024 * 1024;
/** A pipe on which nothing moves either way. */
export const PIPE_IDLE_MS = 600_000;
