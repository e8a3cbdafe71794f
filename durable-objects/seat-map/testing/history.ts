import { encodePlan } from "../core/layout.ts";
import { NO_HOLDER } from "../core/place-table.ts";
import { type PlaceAt, rebuildFrom } from "../core/rebuild.ts";
import type { Rig } from "./rig.ts";
import { same } from "./same.ts";

interface Moment {
  planVersion: number;
  closed: boolean;
  isDecided: boolean;
  places: PlaceAt[];
}

const STATUSES = ["AVAILABLE", "LOCKED", "RESERVED", "BLOCKED"] as const;

/** The most moments that are rebuilt: each is a reading of the whole ledger. */
const MOMENTS = 8;

/** What a map showed after each entry, to be held against what its ledger tells of it later. */
export class History {
  readonly #moments = new Map<number, Moment>();

  note({ map: { state } }: Rig): void {
    const { opened, planVersion, closed, decisions } = state;
    const { index, places } = opened!;
    const shown = Array.from({ length: index.size }, (_, place) => {
      const decision = places.holder[place] === NO_HOLDER ? undefined : decisions.at(places.holder[place]!);
      const owner = decision ? { kind: decision.kind, id: decision.id, userId: decision.userId } : null;
      return { id: index.id(place), status: STATUSES[places.state[place]!]!, owner };
    });
    this.#moments.set(state.seq, { planVersion, closed, isDecided: decisions.length > 0, places: shown });
  }

  /** The archive and the log together rebuild each moment; the archive's places are those of its last entry. */
  check({ map, archive, storage }: Rig): void {
    const layout = encodePlan(map.state.opened!);
    const rows = [...archive.rows, ...storage.rows(archive.seq + 1, 1_000_000)];
    const every = Math.ceil(this.#moments.size / MOMENTS);
    const some = [...this.#moments].filter((_, n) => n % every === 0);
    for (const [seq, { isDecided, ...moment }] of some) {
      const { map: then, broken } = rebuildFrom(layout, rows, seq);
      same(broken, null, "the first broken link");
      // A plan that was replaced before anything was decided is not kept.
      if (!isDecided && then!.places === null) continue;
      const { planVersion, closed, places } = then!;
      same({ planVersion, closed, places }, moment, `the map at entry ${seq}`);
    }
    const places = rebuildFrom(layout, rows, archive.seq).map!.places;
    for (const { id, status, owner } of places ?? []) {
      const { hold = null, isBlocked = false } = archive.places.get(id) ?? {};
      const projected = hold?.status ?? (isBlocked ? "BLOCKED" : "AVAILABLE");
      same([projected, hold?.owner ?? null], [status, owner], `what the archive knows of ${id}`);
    }
  }
}
