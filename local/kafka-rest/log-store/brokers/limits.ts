/** Every limit of the brokers' store, with its reason. Bytes, counts and milliseconds as the names say. */

/** A TCP connection, TLS and a sign-in, across regions. */
export const CONNECT_LIMIT_MS = 2_000;
/** A call with all its retries. The platform's clients give up after 5 s, and should hear why before. */
export const CALL_LIMIT_MS = 4_000;
/** One request to one broker: short enough that another attempt fits into a call. */
export const REQUEST_LIMIT_MS = 2_500;
/** Less is left of a call: asking again could not end in time. */
export const MIN_ATTEMPT_MS = 100;
/** Between two attempts: a new leader is known within some of these, a restarted broker within tens. */
export const RETRY_DELAY_MS = 100;
/** Creating topics: the controller's work, and until every leader is known. */
export const CREATE_LIMIT_MS = 20_000;

/** How old what is known of topics may be before it is asked for again, beside the request that notices. */
export const METADATA_AGE_MS = 10_000;

/** Records accepted and not yet acknowledged, of all requests; more is refused. */
export const MAX_QUEUED_BYTES = 64 * 1024 * 1024;
/** Records of several requests that share a batch: half of what a broker takes by default (message.max.bytes). */
export const MAX_BATCH_BYTES = 512 * 1024;
/** One produce request to one broker. */
export const MAX_PRODUCE_REQUEST_BYTES = 4 * 1024 * 1024;
/** Beside a record's own bytes in its batch: lengths of every field and header, and the batch's head. */
export const BATCH_OVERHEAD_BYTES = 16 * 1024;

/** How long a broker holds a tail's poll while nothing is new: as long as a change of interest may go unnoticed. */
export const TAIL_WAIT_MS = 2_000;
/** Polls that one broker may hold at once: a second where a partition joins while the first one waits. */
export const MAX_TAIL_POLLS = 3;
/** Of one partition in one poll. */
export const TAIL_PARTITION_BYTES = 1024 * 1024;
export const TAIL_POLL_BYTES = 8 * 1024 * 1024;
/** Partitions stay in the poll so long after somebody last watched them: a consumer's pause is seconds. */
export const INTEREST_MS = 60_000;
/** Minutes of saga traffic; a consumer further behind reads from the brokers. */
export const TAIL_CACHE_BYTES = 32 * 1024 * 1024;
/** A broker away for so long: who waits is told so rather than left waiting. */
export const TAIL_PATIENCE_MS = 2_000;
/** Between two looks at whether every partition is polled for. */
export const TAIL_CHECK_MS = 250;
