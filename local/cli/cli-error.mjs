/** A failure that the person at the terminal can act on: printed as it is, without a stack trace. */
export class CliError extends Error {}
