import {
  AuthenticationError,
  findErrorBy,
  type GenericError,
  MultipleErrors,
  NetworkError,
  TimeoutError,
} from "@platformatic/kafka";
import { LogStoreError } from "../log-store.ts";

/** What the brokers and the client library report, in the port's words. */

/** Whether asking again may help: a lost connection, a leader that moved, a broker that is not ready. */
export function isTransient(error: unknown): boolean {
  if (error instanceof LogStoreError) return error.code === "UNAVAILABLE";
  if (!(error instanceof Error)) return false;
  if (MultipleErrors.isMultipleErrors(error)) {
    const { errors } = error as unknown as AggregateError;
    return errors.length > 0 && errors.every(isTransient);
  }
  const { code, canRetry } = error as GenericError & { canRetry?: boolean };
  if (code === NetworkError.code || code === TimeoutError.code) return canRetry !== false;
  return canRetry === true;
}

/** Whether the brokers report this error of the protocol, anywhere in what came back. */
export const reports = (error: unknown, apiId: string): boolean =>
  error instanceof Error && findErrorBy(error, "apiId", apiId) !== null;

/** Whether what is known of topics and leaders no longer holds. */
export const isStale = (error: unknown): boolean =>
  error instanceof Error && findErrorBy(error, "hasStaleMetadata", true) !== null;

export const unavailable = (why: string): LogStoreError =>
  new LogStoreError("UNAVAILABLE", `the brokers are not available: ${why}`);

/** The error to throw where a call is given up. What stays as it is is a fault of ours or of the set-up. */
export function asStoreError(error: unknown): unknown {
  if (error instanceof LogStoreError) return error;
  if (reports(error, "MESSAGE_TOO_LARGE") || reports(error, "RECORD_LIST_TOO_LARGE")) {
    return new LogStoreError("RECORD_TOO_LARGE", "the topic takes no record of this size");
  }
  if (reports(error, "INVALID_RECORD") || reports(error, "INVALID_TIMESTAMP")) {
    return new LogStoreError("RECORD_REFUSED", `the topic does not take the record: ${firstMessage(error)}`);
  }
  if (reports(error, "UNKNOWN_MEMBER_ID") || reports(error, "ILLEGAL_GENERATION")) {
    return new LogStoreError("GROUP_HAS_MEMBERS", "the group has members, which alone may commit for it");
  }
  if (isTransient(error)) return unavailable(firstMessage(error));
  const signIn = error instanceof Error ? findErrorBy(error, "code", AuthenticationError.code) : null;
  if (signIn) return unavailable("they refuse the credentials");
  return error;
}

/** The first message that is not the one about several: the cause, rather than how often it was tried. */
function firstMessage(error: unknown): string {
  let cause = error;
  while (cause instanceof AggregateError && cause.errors.length > 0) cause = cause.errors[0];
  return cause instanceof Error ? cause.message : String(cause);
}
