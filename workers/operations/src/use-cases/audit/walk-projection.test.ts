import { describe, expect, it } from "vitest";
import { confirm, lock, planOf, release } from "#durable-objects/seat-map/testing/commands.ts";
import { platform } from "#durable-objects/seat-map/testing/platform.ts";
import type { ProjectedPlace } from "#shared/rpc/inventory.ts";
import { PROJECTED_AFTER_MS } from "../../core/audit/under-way.ts";
import { AuditWorld } from "../../testing/audit-world.ts";
import { mendFinding } from "../audit-page.ts";
import type { AuditDeps } from "./deps.ts";
import { walkProjection } from "./walk-projection.ts";

const owner = (id: string) => ({ kind: "booking", id, userId: `usr_of_${id}` }) as const;

/** What has happened to places by the map below, at its entry 7. */
const PLACES: ProjectedPlace[] = [
  { placeId: "A-1", status: "RESERVED", owner: owner("bkg_1"), seq: 5 },
  { placeId: "A-2", status: "LOCKED", owner: owner("bkg_2"), seq: 4 },
  { placeId: "A-3", status: "AVAILABLE", owner: null, seq: 7 },
  { placeId: "A-9", status: "BLOCKED", owner: null, seq: 2 },
  { placeId: "ga:Floor:1", status: "RESERVED", owner: owner("bkg_1"), seq: 5 },
];

/** An auditor before a map whose projection is at `projectedSeq`. */
async function auditing(places: ProjectedPlace[], projectedSeq = 7, mended: ProjectedPlace[] = places) {
  const { seen, map } = platform();
  await map.open({ ...planOf(9), blockedSeatIds: ["A-9"] });
  await map.apply([lock("bkg_1", ["A-1"], 1), lock("bkg_2", ["A-2"]), confirm("bkg_1")]);
  await map.apply([lock("bkg_3", ["A-3"]), release("bkg_3")]);
  const world = new AuditWorld();
  const { deps } = world;
  const { seq } = await map.head();
  let projection = { projectedSeq, places };
  const audited: AuditDeps = {
    ...deps,
    clock: () => seen.now + PROJECTED_AFTER_MS + 1,
    ledger: {
      ledgerLayout: () => map.layout(),
      async ledgerPage(_eventId, fromSeq, limit) {
        const rows = await map.ledger(fromSeq, limit);
        return { rows, nextSeq: rows.length > 0 ? rows.at(-1)!.lastSeq + 1 : null };
      },
      ledgerHead: async () => ({ seq, hash: "", projectedSeq: projection.projectedSeq }),
      // Two pages, as of a large event.
      async placesPage(_eventId, after) {
        const half = after === "" ? projection.places.slice(0, 2) : projection.places.slice(2);
        return {
          projectedSeq: projection.projectedSeq,
          places: half,
          nextPlaceId: after === "" ? "A-2" : null,
        };
      },
      rebuildPlaces: async () => {
        projection = { projectedSeq: seq, places: mended };
      },
    },
  };
  const at = (startedAt: number) =>
    walkProjection(audited, { eventId: null, startedAt }, { at: "projection", eventId: "evnt_1" });
  return { deps: audited, look: () => at(audited.clock()), at, now: seen.now };
}

const said = async (places: ProjectedPlace[], projectedSeq?: number) =>
  (await (await auditing(places, projectedSeq)).look()).findings.map(({ check, detail }) => [check, detail]);
const but = (placeId: string, change: Partial<ProjectedPlace>) =>
  PLACES.map((place) => (place.placeId === placeId ? { ...place, ...change } : place));

describe("an event's projected places", () => {
  it("that are the ledger's are not a finding", async () => {
    const { look } = await auditing(PLACES);
    expect(await look()).toMatchObject({ findings: [], counted: { "projected places": 5 } });
  });

  it.each<[string, ProjectedPlace[], RegExp]>([
    ["another owner", but("A-1", { owner: owner("bkg_9") }), /A-1 is RESERVED of bkg_9, and RESERVED by/],
    ["another status", but("A-2", { status: "AVAILABLE", owner: null }), /A-2 is AVAILABLE, and LOCKED by/],
    ["one too few", PLACES.slice(1), /A-1 is not there, and RESERVED by/],
    ["one too many", [...PLACES, { ...PLACES[2]!, placeId: "Z" }], /Z is no place of the ledger/],
  ])("are one with %s", async (_what, places, expected) => {
    expect(await said(places)).toEqual([["projection-differs", expect.stringMatching(expected)]]);
  });

  it("are not blamed for what changed after the entry that they are held against", async () => {
    expect(await said(but("A-1", { status: "AVAILABLE", owner: null, seq: 8 }))).toEqual([]);
  });

  it("are one when they have been behind for a while, and not before", async () => {
    const early = PLACES.filter(({ seq }) => seq <= 5);
    const { at, look, now } = await auditing(early, 5);
    expect((await at(now + PROJECTED_AFTER_MS)).findings).toEqual([]);
    expect((await look()).findings).toMatchObject([{ check: "projection-behind", mend: "project" }]);
  });

  it("are nothing while nothing of the event is in the database", async () => {
    const { at, now } = await auditing([], 0);
    expect((await at(now)).findings).toEqual([]);
  });

  it("are made anew where they are wrong, and looked at again", async () => {
    const wrong = but("A-1", { owner: owner("bkg_9") });
    const mendable = await auditing(wrong, 7, PLACES);
    const [finding] = (await mendable.look()).findings;
    expect(await mendFinding(mendable.deps, finding!)).toBe(true);
    const stubborn = await auditing(wrong, 7, wrong);
    expect(await mendFinding(stubborn.deps, finding!)).toBe(false);
  });
});
