import type { ConfirmFailure, DecisionStatus, OwnerKind, ReleaseCause } from "../rpc.ts";
import type { Decision, Stamp } from "./decision.ts";
import type { SeatMapState } from "./state.ts";

/** seq, epoch and at of one step; 0, 0, 0 where it has not happened. */
interface StampColumns {
  seq: number[];
  epoch: number[];
  at: number[];
}

/** A snapshot as it was written until there were blocks: all of it in one JSON text. Objects that slept since have it. */
export interface JsonSnapshot {
  version: 1;
  seq: number;
  clock: number;
  closed: boolean;
  planVersion: number;
  planDigest: string;
  kind: OwnerKind[];
  id: string[];
  userId: string[];
  status: DecisionStatus[];
  places: number[][];
  expiresAt: number[];
  lock: StampColumns;
  reserve: StampColumns;
  confirmRefusal: StampColumns;
  release: StampColumns;
  /** Sparse: most decisions are none of these. */
  refusals: [decision: number, refusal: NonNullable<Decision["refusal"]>][];
  confirmReasons: [decision: number, reason: ConfirmFailure][];
  causes: [decision: number, cause: ReleaseCause][];
  /** Places that are not for sale; older snapshots, in which there are none, lack it. */
  blocked?: number[];
  /** Sparse; older snapshots, in which there are none, lack it. */
  extensions?: [decision: number, extension: Stamp][];
}

/** Gives a state, which is at the snapshot otherwise, its decisions and what is blocked. */
export function restoreJsonSnapshot(body: JsonSnapshot, state: SeatMapState): void {
  const refusals = new Map(body.refusals);
  const confirmReasons = new Map(body.confirmReasons);
  const causes = new Map(body.causes);
  const extensions = new Map(body.extensions);
  for (let index = 0; index < body.id.length; index++) {
    const decision: Decision = {
      index,
      kind: body.kind[index]!,
      id: body.id[index]!,
      userId: body.userId[index]!,
      status: body.status[index]!,
      places: body.places[index]!,
      expiresAt: body.expiresAt[index]!,
    };
    const refusal = refusals.get(index);
    const reason = confirmReasons.get(index);
    const cause = causes.get(index);
    if (body.lock.seq[index]) decision.lock = stampAt(body.lock, index);
    if (refusal) decision.refusal = refusal;
    const extension = extensions.get(index);
    if (extension) decision.extension = extension;
    if (body.reserve.seq[index]) decision.reserve = stampAt(body.reserve, index);
    if (reason) decision.confirmRefusal = { ...stampAt(body.confirmRefusal, index), reason };
    if (cause) decision.release = { ...stampAt(body.release, index), cause };
    state.restore(decision);
  }
  state.restoreBlocked(body.blocked ?? []);
}

function stampAt({ seq, epoch, at }: StampColumns, index: number): Stamp {
  return { seq: seq[index]!, epoch: epoch[index]!, at: at[index]! };
}
