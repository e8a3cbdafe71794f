/** Something was answered wrongly, or not at all: no number of the run counts. */
export class Violation extends Error {}

/** What a measure needs is not on this machine. */
export class Skipped extends Error {}
