import { beforeEach, describe, expect, it } from "vitest";
import { POKE_LIMIT, type SeatMaps } from "./seat-maps.ts";

const NOW = Date.parse("2026-12-01T18:00:00Z");
const at = (ms: number) => new Date(NOW + ms);

/** The invariants of {@link SeatMaps}, for any implementation. `empty` gives one without any map. */
export function describeSeatMaps(name: string, empty: () => Promise<SeatMaps>): void {
  let seatMaps: SeatMaps;
  beforeEach(async () => {
    seatMaps = await empty();
  });
  const recorded = (eventId: string, endsAt: Date, planVersion = 1) =>
    seatMaps.record({ eventId, planVersion, endsAt });

  describe(`${name}: seat maps`, () => {
    it("are found while their events have not ended, the nearest first", async () => {
      await recorded("evnt_1", at(2));
      await recorded("evnt_2", at(1));
      await recorded("evnt_3", at(0));
      expect(await seatMaps.endingAfter(at(0))).toEqual(["evnt_2", "evnt_1"]);
    });

    it("are recorded once an event: a later record takes the place of the first", async () => {
      await recorded("evnt_1", at(1));
      await recorded("evnt_1", at(1));
      expect(await seatMaps.endingAfter(at(0))).toEqual(["evnt_1"]);
      await recorded("evnt_1", at(-1), 2);
      expect(await seatMaps.endingAfter(at(0))).toEqual([]);
    });

    it("are given so many at a time", async () => {
      const ids = Array.from({ length: POKE_LIMIT + 1 }, (_, n) => `evnt_${n}`);
      for (const [n, eventId] of ids.entries()) await recorded(eventId, at(n + 1));
      expect(await seatMaps.endingAfter(at(0))).toEqual(ids.slice(0, POKE_LIMIT));
    });

    it("answer when they are asked whether they do", async () => {
      await expect(seatMaps.ping()).resolves.toBeUndefined();
    });
  });
}
