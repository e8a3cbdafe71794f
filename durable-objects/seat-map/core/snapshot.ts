import type { ConfirmFailure, DecisionStatus, OwnerKind, ReleaseCause } from "../rpc.ts";
import type { Decision, Stamp } from "./decision.ts";
import type { Opened } from "./layout.ts";
import type { SeatMapState } from "./state.ts";

const VERSION = 1;

/** seq, epoch and at of one step; 0, 0, 0 where it has not happened. */
interface StampColumns {
  seq: number[];
  epoch: number[];
  at: number[];
}

/**
 * The state without the plan, decisions column by column: flat arrays parse several times faster than
 * objects. States of places are not in it: they follow from the decisions, so the two cannot disagree.
 */
interface SnapshotBody {
  version: typeof VERSION;
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

export function encodeSnapshot({ decisions, ...state }: SeatMapState): string {
  const stamps = (of: (decision: Decision) => Stamp | undefined): StampColumns => ({
    seq: decisions.map((decision) => of(decision)?.seq ?? 0),
    epoch: decisions.map((decision) => of(decision)?.epoch ?? 0),
    at: decisions.map((decision) => of(decision)?.at ?? 0),
  });
  const body: SnapshotBody = {
    version: VERSION,
    seq: state.seq,
    clock: state.clock,
    closed: state.closed,
    planVersion: state.planVersion,
    planDigest: state.planDigest,
    kind: decisions.map(({ kind }) => kind),
    id: decisions.map(({ id }) => id),
    userId: decisions.map(({ userId }) => userId),
    status: decisions.map(({ status }) => status),
    places: decisions.map(({ places }) => places),
    expiresAt: decisions.map(({ expiresAt }) => expiresAt),
    lock: stamps(({ lock }) => lock),
    reserve: stamps(({ reserve }) => reserve),
    confirmRefusal: stamps(({ confirmRefusal }) => confirmRefusal),
    release: stamps(({ release }) => release),
    refusals: decisions.flatMap(({ index, refusal }) => (refusal ? [[index, refusal]] : [])),
    confirmReasons: decisions.flatMap(({ index, confirmRefusal }) =>
      confirmRefusal ? [[index, confirmRefusal.reason]] : [],
    ),
    causes: decisions.flatMap(({ index, release }) => (release ? [[index, release.cause]] : [])),
    blocked: state.opened?.places.blockedPlaces() ?? [],
    extensions: decisions.flatMap(({ index, extension }) => (extension ? [[index, extension]] : [])),
  };
  return JSON.stringify(body);
}

/** Fills an empty state from a snapshot; `opened` is the plan laid out, with nothing taken. */
export function restoreSnapshot(encoded: string, state: SeatMapState, opened: Opened | undefined): void {
  const body = JSON.parse(encoded) as SnapshotBody;
  if (body.version !== VERSION) throw new Error(`snapshot version ${body.version} is not known`);
  state.opened = opened;
  state.seq = body.seq;
  state.clock = body.clock;
  state.closed = body.closed;
  state.planVersion = body.planVersion;
  state.planDigest = body.planDigest;
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
