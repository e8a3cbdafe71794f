import { V7Generator } from "uuidv7";

/** The prefixes in use; an id says what it names. */
export type IdPrefix =
  | "usr"
  | "evnt"
  | "ven"
  | "bkg"
  | "hold"
  | "pay"
  | "tkt"
  | "notif"
  | "req"
  | "ses"
  | "rft"
  | "plan"
  | "audit";

let generator = new V7Generator();

/** Makes ids from another source of randomness from now on: for a simulation, which has to repeat exactly. */
export function drawIdsFrom(source: { nextUint32(): number }): void {
  generator = new V7Generator(source);
}

/**
 * A new id: prefix, underscore, then a UUIDv7 (RFC 9562) in 32 hex digits, so that ids of one kind
 * sort by the time they were made.
 * @param now epoch ms
 */
export function newId(prefix: IdPrefix, now: number): string {
  // One hour of tolerance: a clock that steps back keeps the order instead of starting a new one.
  const uuid = generator.generateOrResetCore(now, 3_600_000);
  return `${prefix}_${uuid.toHex()}`;
}

/** Matches ids made by {@link newId} with this prefix. */
export function idPattern(prefix: IdPrefix): RegExp {
  return new RegExp(`^${prefix}_[0-9a-f]{32}$`);
}
