import { DatabaseError } from "pg";

/** SQLSTATE codes (https://www.postgresql.org/docs/current/errcodes-appendix.html) that we use ourselves. */
export const SQLSTATE = {
  cannotConnect: "08001",
  connectionLost: "08006",
  tooManyConnections: "53300",
} as const;

/** The fields that the driver copies from an answer of status 400 to its NeonDbError, besides the message. */
const ERROR_FIELDS = [
  ...["severity", "code", "detail", "hint", "position", "internalPosition", "internalQuery", "where"],
  ...["schema", "table", "column", "dataType", "constraint", "file", "line", "routine"],
] as const;
type ErrorField = (typeof ERROR_FIELDS)[number];
type ErrorBody = { message: string } & Record<ErrorField, string | null>;

/** A failure with the HTTP status that it is answered with. 503: not the statement's fault, try again later. */
export class EndpointError extends Error {
  readonly status: number;
  readonly code: string | null;

  constructor(status: number, message: string, code: string | null = null, cause?: unknown) {
    super(message, { cause });
    this.status = status;
    this.code = code;
  }
}

/**
 * What the server said while a connection was opened. A wrong password, database or right is the caller's (400);
 * everything else (starting up, too many connections, not there) is unavailability (503): nothing was run.
 */
export function connectFailure(error: unknown): unknown {
  if (!(error instanceof DatabaseError)) {
    return new EndpointError(503, "no connection to the database", SQLSTATE.cannotConnect, error);
  }
  const isCallers = /^(28|3D|42)/.test(error.code ?? "");
  return isCallers ? error : new EndpointError(503, error.message, error.code ?? null, error);
}

/** What went wrong while a statement ran. Without the server's own word its outcome is unknown. */
export function runFailure(error: unknown): unknown {
  if (error instanceof DatabaseError || error instanceof EndpointError) return error;
  const message = "the connection to the database was lost; the statement may or may not have been applied";
  return new EndpointError(503, message, SQLSTATE.connectionLost, error);
}

/** The status and body of an error answer, in Neon's form. An unexpected error shows nothing of itself. */
export function errorAnswer(error: unknown): { status: number; body: ErrorBody } {
  if (error instanceof DatabaseError) {
    const { message } = error;
    const values = Object.fromEntries(ERROR_FIELDS.map((field) => [field, error[field] ?? null]));
    return { status: 400, body: { message, ...(values as Record<ErrorField, string | null>) } };
  }
  const none = Object.fromEntries(ERROR_FIELDS.map((field) => [field, null])) as Record<ErrorField, null>;
  if (error instanceof EndpointError) {
    return { status: error.status, body: { message: error.message, ...none, code: error.code } };
  }
  return { status: 500, body: { message: "internal error", ...none } };
}
