import type { DecisionBlock } from "./decision-list.ts";
import type { Opened } from "./layout.ts";
import { type JsonSnapshot, restoreJsonSnapshot } from "./snapshot-json.ts";
import type { SeatMapState } from "./state.ts";

const VERSION = 2;

/**
 * The state without the plan and the decisions. States of places are not in it: they follow from the decisions, so the
 * two cannot disagree.
 */
interface SnapshotBody {
  version: typeof VERSION;
  seq: number;
  clock: number;
  closed: boolean;
  planVersion: number;
  planDigest: string;
  /** How many there are, and the digest of each block of them. */
  decisions: number;
  digests: string[];
  /** Places that are not for sale. */
  blocked: number[];
}

/** A snapshot in parts: what is always written anew, and the blocks of decisions by their positions. */
export interface SnapshotParts {
  body: string;
  blocks: Iterable<DecisionBlock>;
}

/** The state as it is: its body, and those blocks that have changed since the last call. */
export function encodeSnapshot(state: SeatMapState): SnapshotParts {
  const blocks = state.decisions.pack();
  const { seq, clock, closed, planVersion, planDigest, decisions } = state;
  const body: SnapshotBody = {
    version: VERSION,
    ...{ seq, clock, closed, planVersion, planDigest },
    decisions: decisions.length,
    digests: decisions.digests,
    blocked: state.opened?.places.blockedPlaces() ?? [],
  };
  return { body: JSON.stringify(body), blocks };
}

/**
 * Fills an empty state from a snapshot with all of its blocks; `opened` is the plan laid out, with nothing taken.
 * @throws Error where it is damaged, or of a version that is not known
 */
export function restoreSnapshot(
  { body: encoded, blocks }: SnapshotParts,
  state: SeatMapState,
  opened: Opened | undefined,
): void {
  const body = JSON.parse(encoded) as SnapshotBody | JsonSnapshot;
  if (body.version !== VERSION && body.version !== 1) {
    throw new Error(`snapshot version ${(body as SnapshotBody).version} is not known`);
  }
  state.opened = opened;
  state.seq = body.seq;
  state.clock = body.clock;
  state.closed = body.closed;
  state.planVersion = body.planVersion;
  state.planDigest = body.planDigest;
  if (body.version === 1) restoreJsonSnapshot(body, state);
  else restoreBlocks(body, blocks, state);
}

function restoreBlocks(body: SnapshotBody, blocks: Iterable<DecisionBlock>, state: SeatMapState): void {
  for (const block of blocks) state.restoreBlock(block, body.digests[block.position], body.decisions);
  if (state.decisions.length !== body.decisions) {
    throw new Error(`the snapshot has ${state.decisions.length} decisions of ${body.decisions}`);
  }
  state.restoreBlocked(body.blocked);
}
