import type { Identity } from "#shared/auth/roles.ts";
import type { ProblemCode } from "#shared/errors/catalogue.ts";
import type { FieldError } from "#shared/errors/problem.ts";
import type { BookingState } from "#shared/saga/declaration.ts";
import { partitionOf } from "#shared/saga/partition.ts";
import type { BookingRequest } from "./create-booking.ts";

/** What became of a request for places. */
export type BookingAnswer =
  | { outcome: "ACCEPTED"; bookingId: string; state: BookingState }
  | { outcome: "REFUSED"; code: ProblemCode; detail: string | undefined; errors: FieldError[] | undefined }
  /** Waiting and trying again is right. */
  | { outcome: "UNAVAILABLE"; backend: string }
  /** A fault of ours, as text. */
  | { outcome: "BROKEN"; error: string };

/** Where requests for places are taken, those of one event at one desk. */
export interface BookingsDeskRpc {
  /** Never throws. @param key the Idempotency-Key, where there is one */
  book(caller: Identity, request: BookingRequest, key?: string): Promise<BookingAnswer>;
}

/** How many desks there are: an event has one, and somebody who makes up events cannot make up desks. */
const DESKS = 16;

/** The name of an event's desk. */
export const deskOf = (eventId: string): string => `desk-${partitionOf(eventId, DESKS)}`;
