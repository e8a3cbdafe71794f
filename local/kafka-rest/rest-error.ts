import { LogStoreError, type LogStoreErrorCode } from "./log-store/log-store.ts";

/** A refusal with its HTTP status, answered as `{error, status}`: https://upstash.com/docs/kafka/rest/restintro */
export class RestError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = "RestError";
    this.status = status;
  }
}

const STATUS_OF_STORE_ERROR: Record<LogStoreErrorCode, number> = {
  UNKNOWN_TOPIC_OR_PARTITION: 404,
  PARTITION_COUNT_MISMATCH: 409,
  LIMIT_EXCEEDED: 429,
  RECORD_TOO_LARGE: 413,
  RECORD_REFUSED: 422,
  GROUP_HAS_MEMBERS: 409,
  UNAVAILABLE: 503,
  CLOSED: 503,
};

/** What the client is told of any error; undefined for a fault of ours, whose message stays inside. */
export function asRestError(error: unknown): RestError | undefined {
  if (error instanceof RestError) return error;
  if (error instanceof LogStoreError) return new RestError(STATUS_OF_STORE_ERROR[error.code], error.message);
  return undefined;
}
