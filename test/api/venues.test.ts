import { describe, expect, it } from "vitest";
import { MAX_PLAN_BYTES } from "#shared/seating-plan/limits.ts";
import { problem } from "../support/client.ts";
import { newVenue, plan, VENUE } from "../support/events.ts";
import { anyone, someone } from "../support/world.ts";

const [organiser, other, admin, buyer, gate] = await Promise.all([
  someone("ORGANISER"),
  someone("ORGANISER"),
  someone("ADMIN"),
  someone("USER"),
  someone("GATE"),
]);
const create = (changes: object = {}) =>
  organiser.post<{ id: string }>("/api/venues", { ...VENUE, ...changes });

describe("a venue", () => {
  it("belongs to who created it, and can be seen by all [route POST /api/venues: works] [route GET /api/venues/{id}: works]", async () => {
    const made = await create({ timeZone: "Europe/Vienna" });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      ...VENUE,
      timeZone: "Europe/Vienna",
      organiserId: organiser.identity.userId,
      planVersion: null,
    });
    expect((await anyone.get(`/api/venues/${made.body.id}`)).body).toEqual(made.body);
  });

  it("has no owner of the client's choosing, and is in UTC where nothing is said", async () => {
    const { body } = await create({ organiserId: other.identity.userId, id: "ven_1", planVersion: 7 });
    expect(body).toMatchObject({
      organiserId: organiser.identity.userId,
      timeZone: "UTC",
      planVersion: null,
    });
    expect(body.id).not.toBe("ven_1");
  });

  it("is created by sellers only", async () => {
    for (const caller of [buyer, gate]) {
      expect(await caller.post("/api/venues", VENUE)).toMatchObject(problem("FORBIDDEN"));
    }
    expect(await anyone.post("/api/venues", VENUE)).toMatchObject(problem("UNAUTHENTICATED"));
    expect((await admin.post("/api/venues", VENUE)).status).toBe(201);
  });

  it.each([
    ["name", { name: "A" }],
    ["name", { name: "A\u0007B" }],
    ["address", { address: " " }],
    ["city", { city: undefined }],
    ["country", { country: "at" }],
    ["country", { country: "AUT" }],
    ["capacity", { capacity: 0 }],
    ["capacity", { capacity: 1.5 }],
    ["capacity", { capacity: "100" }],
    ["timeZone", { timeZone: "Mars/Olympus" }],
  ])("is refused for its %s: %j [route POST /api/venues: bad input]", async (field, changes) => {
    expect(await create(changes)).toMatchObject(problem("VALIDATION_ERROR", field));
  });

  it.each(["ven_00000000000000000000000000000000", "$ne", "%00", "ven_1"])(
    "is not found as %s [route GET /api/venues/{id}: bad input] [route GET /api/venues/{id}/plan: bad input]",
    async (id) => {
      expect(await anyone.get(`/api/venues/${id}`)).toMatchObject(problem("VENUE_NOT_FOUND"));
      expect(await anyone.get(`/api/venues/${id}/plan`)).toMatchObject(problem("VENUE_NOT_FOUND"));
      expect(await organiser.put(`/api/venues/${id}/plan`, plan())).toMatchObject(problem("VENUE_NOT_FOUND"));
    },
  );
});

describe("a plan", () => {
  const put = (id: string, body: unknown) => organiser.put(`/api/venues/${id}/plan`, body);

  it("is counted, versioned, and given back as it came [route PUT /api/venues/{id}/plan: works] [route GET /api/venues/{id}/plan: works]", async () => {
    const { id } = (await create()).body;
    expect(await anyone.get(`/api/venues/${id}/plan`)).toMatchObject(problem("PLAN_NOT_FOUND"));
    const generalAdmission = [{ name: "Standing", category: "B", capacity: 30 }];
    const first = { ...plan({ categories: ["A", "B"], generalAdmission }), invented: 1 };
    expect(await put(id, first)).toMatchObject({
      status: 200,
      body: { venueId: id, planVersion: 1, seats: 20, generalAdmissionPlaces: 30, categories: ["A", "B"] },
    });
    expect((await put(id, first)).body).toMatchObject({ planVersion: 1, ignored: ["invented"] });
    expect((await put(id, plan())).body).toMatchObject({ planVersion: 2, ignored: [] });
    expect((await anyone.get(`/api/venues/${id}/plan`)).body).toEqual(plan());
    expect((await anyone.get(`/api/venues/${id}`)).body).toMatchObject({ planVersion: 2 });
  });

  it("is given anew only where it has changed", async () => {
    const path = `/api/venues/${await newVenue(organiser)}/plan`;
    const etag = (await anyone.get(path)).headers.get("etag")!;
    expect((await anyone.get(path, { "if-none-match": etag })).status).toBe(304);
    await organiser.put(path, plan({ rows: 3 }));
    expect(await anyone.get(path, { "if-none-match": etag })).toMatchObject({
      status: 200,
      body: plan({ rows: 3 }),
    });
  });

  it("of 50,000 seats is read, and goes out in pieces as it came", async () => {
    const { id } = (await create()).body;
    const large = { ...plan({ rows: 250, seatsPerRow: 200 }), name: "Große Halle 🎭" };
    expect(await put(id, large)).toMatchObject({ status: 200, body: { seats: 50_000 } });
    const { body } = await anyone.get(`/api/venues/${id}/plan`);
    expect(JSON.stringify(body) === JSON.stringify(large)).toBe(true);
  });

  it("of another organiser's venue cannot be changed, and that venue is not even there; an admin may [route PUT /api/venues/{id}/plan: foreign owner]", async () => {
    const id = await newVenue(organiser);
    expect(await other.put(`/api/venues/${id}/plan`, plan())).toMatchObject(problem("VENUE_NOT_FOUND"));
    expect(await buyer.put(`/api/venues/${id}/plan`, plan())).toMatchObject(problem("FORBIDDEN"));
    expect((await admin.put(`/api/venues/${id}/plan`, plan({ rows: 3 }))).body).toMatchObject({
      planVersion: 2,
    });
  });

  it("that is wrong is refused with the places that are wrong, and the old one stays [route PUT /api/venues/{id}/plan: bad input]", async () => {
    const id = await newVenue(organiser);
    const wrong = plan();
    wrong.zones[0]!.rows[1]!.seats[3]!.seat_guid = "1-1";
    wrong.zones[0]!.rows[0]!.seats[2]!.category = "Z";
    const refused = await put(id, wrong);
    expect(refused).toMatchObject(problem("VALIDATION_ERROR", "zones[0].rows[1].seats[3].seat_guid"));
    expect(refused).toMatchObject(problem("VALIDATION_ERROR", "zones[0].rows[0].seats[2].category"));
    expect(await put(id, plan({ rows: 0 }))).toMatchObject(problem("VALIDATION_ERROR"));
    expect((await anyone.get(`/api/venues/${id}`)).body).toMatchObject({ planVersion: 1 });
  });

  it.each(["", "{", '"a plan"', "[]", "null", `${"[".repeat(100_000)}${"]".repeat(100_000)}`])(
    "is not this: %.20s",
    async (body) => {
      const { id } = (await create()).body;
      const request = { body, headers: { "content-type": "application/json" } };
      const answer = await organiser.send("PUT", `/api/venues/${id}/plan`, request);
      expect(answer.status).toBe(400);
    },
  );

  it("may have 25 MB and not a byte more", async () => {
    const { id } = (await create()).body;
    const text = JSON.stringify(plan());
    const padded = (length: number) => text + " ".repeat(length - text.length);
    const send = (length: number) =>
      organiser.send("PUT", `/api/venues/${id}/plan`, {
        body: padded(length),
        headers: { "content-type": "application/json" },
      });
    expect(await send(MAX_PLAN_BYTES + 1)).toMatchObject(problem("PAYLOAD_TOO_LARGE"));
    expect((await send(MAX_PLAN_BYTES)).status).toBe(200);
  });
});
