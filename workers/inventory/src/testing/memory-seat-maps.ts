import { POKE_LIMIT, type SeatMapRecord, type SeatMaps } from "../repositories/seat-maps.ts";

/**
 * {@link SeatMaps} in memory, over a state that outlives who uses it. A call has its whole effect at once, before it
 * gives back its promise.
 */
export interface MemorySeatMaps extends SeatMaps {
  /** By the event's id: to look at. */
  readonly maps: ReadonlyMap<string, Readonly<SeatMapRecord>>;
}

export function memorySeatMaps(): MemorySeatMaps {
  const maps = new Map<string, Readonly<SeatMapRecord>>();
  return {
    maps,

    async record(map) {
      maps.set(map.eventId, structuredClone(map));
    },

    async endingAfter(instant) {
      const coming = [...maps.values()].filter(({ endsAt }) => endsAt > instant);
      coming.sort((a, b) => a.endsAt.getTime() - b.endsAt.getTime());
      return coming.slice(0, POKE_LIMIT).map(({ eventId }) => eventId);
    },

    async ping() {},
  };
}
