/** The largest plan the platform accepts; it bounds memory, the packed view and the wake. */
export const MAX_PLACES = 100_000;

/** Areas are searched one after another, so they stay few. */
export const MAX_AREAS = 100;

/** A byte names a category. */
export const MAX_CATEGORIES = 256;

/** What one buyer may take in one booking. */
export const MAX_PLACES_PER_LOCK = 10;

/** Seat ids, area names, owner and user ids: long enough for any guid, short enough to bound a log row. */
export const MAX_TEXT_LENGTH = 128;

/** Why a release was asked for; free text of another service. */
export const MAX_REASON_LENGTH = 200;

/** About 300 bytes of heap each: together they stay well inside an isolate's 128 MB. */
export const MAX_DECISIONS = 250_000;

/** Of these, how many may be holds': one for each place of the largest plan is left to bookings, whatever holds do. */
export const MAX_HOLDS = 150_000;

/** Characters of entries in one log row: at most 3 bytes each, so a row stays below SQLite's 2 MB. */
export const MAX_ROW_CHARACTERS = 400_000;
