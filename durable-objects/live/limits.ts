/** Changes wait so long to be sent together: nobody sees a tenth of a second, and a thousand locks are one message. */
export const BATCH_MS = 100;

/** After so many sends others have their turn: a lock that has come, and who was sent to. */
export const SENDS_A_TURN = 8;

/**
 * And for so long at the least: the p99 of locks beside 200 watchers was 4.8 ms without the rest and is 4.0 with it, at the
 * median of ten and of twelve runs on two cores.
 */
export const REST_MS = 1;

/** Of one message to all; a turn has more sends where there are more watchers. In a rush each may have to wait for a flush of some 10 ms. */
export const MAX_TURNS = 25;

/** What a watcher may have been sent and not acknowledged: more than a minute of a busy sale. The runtime's buffer cannot be asked. */
export const MAX_OUTSTANDING_BYTES = 262_144;

/** A watcher that has not caught up by then reads too slowly, or not at all. */
export const MAX_BEHIND_MS = 30_000;

/** Clients ping twice a minute; after three that did not come the connection is taken for dead. */
export const SILENCE_MS = 90_000;

/** Looking at every watcher's last sign of life costs as much as sending to some of them. */
export const SWEEP_MS = 10_000;

/** The longest message of a client is some 60 characters. */
export const MAX_MESSAGE_LENGTH = 256;

/** A client has something to say every few seconds; at most these at once, and one more each second. */
export const MESSAGE_BURST = 20;
export const MESSAGES_PER_SECOND = 1;

/** Watchers of one object with one address: an office behind a router, not a program that opens sockets. */
export const MAX_PER_ADDRESS = 100;
/** Watchers of one object by one user: some windows on some devices. */
export const MAX_PER_USER = 20;

/** Why a connection was closed. Below 4000 they are the protocol's own: 1008 for what is not allowed, 1013 for later. */
export const CLOSE = {
  TRY_AGAIN: { code: 1013, reason: "the map cannot be read now: connect again" },
  NOT_ALLOWED: { code: 1008, reason: "that message is not allowed" },
  TOO_SLOW: { code: 4008, reason: "too slow: connect again" },
  SILENT: { code: 4009, reason: "no sign of life" },
} as const;
