import type { ConfirmFailure, OwnerKind, RefusalReason, ReleaseCause } from "../rpc.ts";

interface OfOwner {
  ownerKind: OwnerKind;
  ownerId: string;
  /** "" where the step that made the entry did not know it. */
  userId: string;
  /** Positions in the plan: those given, reserved, freed; those asked for, where a lock is refused. */
  places: number[];
}

/** What happened, in the order of `seq`. State changes by entries alone, so the log rebuilds it exactly. */
export type EntryBody =
  | { kind: "OPENED"; planVersion: number; digest: string; places: number }
  | { kind: "CLOSED" }
  /** Seats taken off sale, and put on sale again. */
  | { kind: "BLOCKED"; blocked: number[]; unblocked: number[] }
  | ({ kind: "LOCKED"; expiresAt: number } & OfOwner)
  /** `unknown`: ids that are no place of the plan, and areas that are sold out or unknown, as `ga:<name>`. */
  | ({ kind: "REFUSED"; reason: RefusalReason; unavailable: number[]; unknown: string[] } & OfOwner)
  /** A hold's time, given anew. */
  | ({ kind: "EXTENDED"; expiresAt: number } & OfOwner)
  | ({ kind: "RESERVED" } & OfOwner)
  | ({ kind: "CONFIRM_REFUSED"; reason: ConfirmFailure } & OfOwner)
  | ({ kind: "RELEASED"; cause: Exclude<ReleaseCause, "EXPIRED">; reason: string } & OfOwner)
  | ({ kind: "EXPIRED" } & OfOwner);

export type Entry = EntryBody & { seq: number; at: number };

/** An entry that belongs to an owner's decision. */
export type DecisionEntry = Extract<Entry, OfOwner>;

type Field = string | number | readonly number[] | readonly string[];

/** Append only: the ledger keeps old rows for good, so a tuple's meaning never changes; new kinds are added. */
function tupleOf(entry: Entry): Field[] {
  const { kind, at } = entry;
  if (kind === "CLOSED") return [kind, at];
  if (kind === "BLOCKED") return [kind, at, entry.blocked, entry.unblocked];
  if (kind === "OPENED") return [kind, at, entry.planVersion, entry.digest, entry.places];
  const fields: Field[] = [kind, at, entry.ownerKind, entry.ownerId, entry.userId, entry.places];
  switch (kind) {
    case "LOCKED":
    case "EXTENDED":
      fields.push(entry.expiresAt);
      break;
    case "REFUSED":
      fields.push(entry.reason, entry.unavailable, entry.unknown);
      break;
    case "CONFIRM_REFUSED":
      fields.push(entry.reason);
      break;
    case "RELEASED":
      fields.push(entry.cause, entry.reason);
      break;
  }
  return fields;
}

/** Entries as an array of JSON tuples [kind, at, ...fields]; the seq of each follows from its position. */
export function encodeEntries(entries: readonly Entry[]): string {
  return JSON.stringify(entries.map(tupleOf));
}

/** The entries of a row, whose first one has `firstSeq`. Trusts its input: the chain has vouched for it. */
export function decodeEntries(encoded: string, firstSeq: number): Entry[] {
  const tuples = JSON.parse(encoded) as [Entry["kind"], number, ...never[]][];
  return tuples.map(([kind, at, ...fields], offset) => {
    const [a, b, c, d, e, f, g] = fields;
    const when = { seq: firstSeq + offset, at };
    if (kind === "CLOSED") return { kind, ...when };
    if (kind === "BLOCKED") return { kind, ...when, blocked: a!, unblocked: b! };
    if (kind === "OPENED") return { kind, ...when, planVersion: a!, digest: b!, places: c! };
    const owned = { ...when, ownerKind: a!, ownerId: b!, userId: c!, places: d! };
    switch (kind) {
      case "LOCKED":
      case "EXTENDED":
        return { kind, ...owned, expiresAt: e! };
      case "REFUSED":
        return { kind, ...owned, reason: e!, unavailable: f!, unknown: g! };
      case "CONFIRM_REFUSED":
        return { kind, ...owned, reason: e! };
      case "RELEASED":
        return { kind, ...owned, cause: e!, reason: f! };
      case "RESERVED":
      case "EXPIRED":
        return { kind, ...owned };
      default:
        throw new Error(`entry ${firstSeq + offset} is of an unknown kind: ${String(kind)}`);
    }
  });
}
