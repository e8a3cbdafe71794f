/** A W3C trace context header value: version, trace id, parent id, flags. */
const TRACEPARENT = /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;

const hex = (bytes: number) =>
  Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");

/**
 * The trace context for what happens next: the caller's trace where it sent a valid one, else a new one.
 * @see https://www.w3.org/TR/trace-context/
 */
export function continueTrace(traceparent: string | null | undefined): string {
  const traceId = TRACEPARENT.exec(traceparent ?? "")?.[1] ?? hex(16);
  return `00-${traceId}-${hex(8)}-01`;
}

/** The trace's id, for a log line. */
export function traceIdOf(traceparent: string): string {
  return TRACEPARENT.exec(traceparent)?.[1] ?? "";
}

/**
 * The trace context of a booking's saga: the trace id is the booking's own 32 hex digits, so that every
 * step can be found by the booking, whichever message it came with.
 */
export function traceOfBooking(bookingId: string): string {
  const traceId = /_([0-9a-f]{32})$/.exec(bookingId)?.[1] ?? hex(16);
  return `00-${traceId}-${hex(8)}-01`;
}
