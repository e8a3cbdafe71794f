/** Every limit of the server, with its reason. Bytes, counts and milliseconds as the names say. */

/** Upstash's for its smaller plans: https://upstash.com/docs/redis/troubleshooting/max_request_size_exceeded */
export const MAX_REQUEST_BYTES = 10 * 1024 * 1024;
/** Far above what one request of ours sends; keeps everybody's wait for it short. */
export const MAX_COMMANDS_PER_REQUEST = 1_000;
/** What keys and values may take together, by our own count. Beyond it, commands that store are refused. */
export const MAX_MEMORY_BYTES = 64 * 1024 * 1024;
/** Added to a value's own bytes: the entry, its key's slot, its time to live. */
export const KEY_OVERHEAD_BYTES = 96;
/** Added to each field, element or member. */
export const ELEMENT_OVERHEAD_BYTES = 32;

/** How often keys that nobody asks for any more are looked for. */
export const SWEEP_INTERVAL_MS = 1_000;
export const MAX_CONNECTIONS = 1_000;
/** Longer than any client's pause between requests, so that a connection is not closed under a new one. */
export const KEEP_ALIVE_MS = 75_000;
/** A request still unanswered this long after SIGTERM is cut. */
export const SHUTDOWN_GRACE_MS = 2_000;

// What follows is for a real server behind.

/** A first connection, and each after it: on one network it is there in far less, or something is wrong. */
export const CONNECT_LIMIT_MS = 2_000;
/** How long a request waits for a connection that is away: a server that restarts is not noticed, one that is gone soon is. */
export const WAIT_FOR_CONNECTION_MS = 500;
/** How long a request waits for its answers. The platform's own callers wait 300 ms; a KEYS over much takes longer. */
export const ANSWER_LIMIT_MS = 2_000;
/** Commands that are sent and not yet answered, or wait to be sent, on one connection: 10 of the largest requests. */
export const MAX_PENDING_COMMANDS = 10_020;
/** Between two attempts to connect: doubled from the least to the most, less up to half of it at random. */
export const MIN_RECONNECT_PAUSE_MS = 50;
export const MAX_RECONNECT_PAUSE_MS = 1_000;
/** A connection on which nothing comes for so long is given up, with all that waits on it; pings keep an idle one. */
export const HUNG_CONNECTION_MS = 5_000;
export const PING_INTERVAL_MS = 2_000;
