import { beforeAll, describe, expect, it } from "vitest";
import { rebuildMap } from "#durable-objects/seat-map/core/rebuild.ts";
import { HOST, httpUrl } from "#local/config.ts";
import { until } from "#local/e2e/until.ts";
import { database } from "#shared/postgres/database.ts";
import { postgresLedger } from "../../workers/inventory/src/repositories/postgres-ledger.ts";
import { book, bookingBody, decided, seatMapOf } from "../support/bookings.ts";
import { newEvent, newVenue } from "../support/events.ts";
import { config, secrets, someone } from "../support/world.ts";

interface SeatsAt {
  head: { seq: number; hash: string };
  broken: object | null;
  map: { owners: { id: string; status: string; seatIds: string[] }[] };
}

const ledger = postgresLedger(
  database({
    DATABASE_URL: `postgres://inventory:${secrets.postgres.inventory}@${HOST}:${config.ports.postgres}/inventory`,
    NEON_FETCH_ENDPOINT: `${httpUrl(config, "neon")}/sql`,
  }),
);

const admin = await someone("ADMIN");
let [eventId, sold, declined] = ["", "", ""];
const seatsAt = async (query = "") =>
  (await admin.get<SeatsAt>(`/api/admin/events/${eventId}/seats${query}`)).body;

/** What the archive alone tells of the event at an entry. */
const archivedAt = (seq: number) =>
  rebuildMap(
    {
      layout: () => ledger.layout(eventId),
      async page(fromSeq) {
        const rows = await ledger.rows(eventId, fromSeq, { limit: 2, characters: 1_000_000 });
        return { rows, nextSeq: rows.length > 0 ? rows.at(-1)!.lastSeq + 1 : null };
      },
    },
    seq,
  );

beforeAll(async () => {
  const organiser = await someone("ORGANISER");
  eventId = await newEvent(organiser, await newVenue(organiser));
  const [buyer, other] = [await someone(), await someone()];
  sold = await book(buyer, bookingBody(eventId, ["1-1", "1-2"]));
  expect((await decided(buyer, sold)).status).toBe("CONFIRMED");
  const card = { paymentMethod: { type: "card", token: "pm_card_chargeDeclined" } };
  declined = await book(other, bookingBody(eventId, ["1-3"], card));
  expect((await decided(other, declined)).status).toBe("FAILED");
  const isFree = ({ seats }: Awaited<ReturnType<typeof seatMapOf>>) =>
    seats.find(({ id }) => id === "1-3")?.status === "AVAILABLE";
  await until("the seat that was not paid for", () => seatMapOf(eventId), isFree);
  const { head } = await seatsAt();
  const isThere = ({ seq, projectedSeq }: Awaited<ReturnType<typeof ledger.head>>) =>
    seq >= head.seq && projectedSeq === seq;
  await until("the projection", () => ledger.head(eventId), isThere);
});

describe("inventory's database", () => {
  it("has who has which place, as the map has it", async () => {
    const { places } = await ledger.places(eventId, { placeId: "", limit: 100 });
    const shown = new Map((await seatMapOf(eventId)).seats.map(({ id, status }) => [id, status]));
    expect(places.map(({ placeId, status, owner }) => [placeId, status, owner?.id ?? null])).toEqual([
      ["1-1", "RESERVED", sold],
      ["1-2", "RESERVED", sold],
      ["1-3", "AVAILABLE", null],
    ]);
    for (const { placeId, status } of places) expect(shown.get(placeId)).toBe(status);
  });

  it("has the whole ledger, up to the map's own head, with its chain intact", async () => {
    const { head } = await seatsAt();
    expect(await archivedAt(head.seq)).toMatchObject({ head, broken: null, map: { seq: head.seq } });
    expect(await ledger.head(eventId)).toEqual({ ...head, projectedSeq: head.seq });
  });

  it("tells what buyers saw after any entry, and so does the admins' route", async () => {
    const { head } = await seatsAt();
    const before = head.seq - 1;
    const { map } = await archivedAt(before);
    const taken = map!.places!.filter(({ owner }) => owner !== null);
    expect(taken.map(({ id, status, owner }) => [id, status, owner!.id])).toEqual([
      ["1-1", "RESERVED", sold],
      ["1-2", "RESERVED", sold],
      ["1-3", "LOCKED", declined],
    ]);
    const { broken, map: seen } = await seatsAt(`?at=${before}`);
    expect(broken).toBeNull();
    expect(seen.owners.map(({ id, status, seatIds }) => [id, status, seatIds])).toEqual([
      [sold, "RESERVED", ["1-1", "1-2"]],
      [declined, "LOCKED", ["1-3"]],
    ]);
  });
});
