import { describe, expect, it } from "vitest";
import { describeSeatMaps } from "../repositories/seat-maps.contract.ts";
import { memorySeatMaps } from "./memory-seat-maps.ts";

describeSeatMaps("in memory", async () => memorySeatMaps());

describe("seat maps in memory", () => {
  it("change at once, and share nothing with who wrote them", async () => {
    const seatMaps = memorySeatMaps();
    const map = { eventId: "evnt_1", planVersion: 1, endsAt: new Date(1) };
    const recording = seatMaps.record(map);
    map.endsAt.setTime(2);
    expect(seatMaps.maps.get("evnt_1")!.endsAt).toEqual(new Date(1));
    await recording;
  });
});
