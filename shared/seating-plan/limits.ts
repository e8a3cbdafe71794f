/** Every limit of a seating plan, in one place. Beyond one of them a plan is refused, never cut. */

/** Bytes of UTF-8 of a plan file: the platform's limit for the plan route. */
export const MAX_PLAN_BYTES = 25 * 1024 * 1024;

/** Seats and general-admission places together: more than the largest stadium has. */
export const MAX_PLACES = 100_000;

/** The format nests 10 deep (a polygon's points in an area); the rest is room for what is ignored. */
export const MAX_JSON_DEPTH = 32;

/**
 * Objects, arrays, members and items in a file. 100,000 seats as the editor writes them are under 2 million;
 * without this, 25 MB of `[],[],[],` would fill a 128 MB Worker before anything could be checked.
 */
export const MAX_JSON_VALUES = 3_000_000;

export const MAX_CATEGORIES = 200;
export const MAX_ZONES = 1_000;
export const MAX_ROWS = 20_000;
export const MAX_AREAS = 5_000;
export const MAX_POLYGON_POINTS = 1_000;

/** Characters of a name, number or guid: what the editor's own platform stores for them. */
export const MAX_NAME_LENGTH = 190;

/** Characters of a text that is drawn on the plan. */
export const MAX_AREA_TEXT_LENGTH = 1_000;

/** Plan units either way. Keeps the sum of three nested positions finite and exact to far below a unit. */
export const MAX_COORDINATE = 1_000_000;

/** More errors than a person mends in one sitting; checking stops there. */
export const MAX_ERRORS = 50;

/** Different ignored fields that are named; one more entry says that there were others. */
export const MAX_IGNORED = 50;

/** Characters of a foreign name or value that is repeated in a message. */
export const MAX_QUOTE_LENGTH = 60;
