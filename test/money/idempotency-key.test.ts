import { describe, expect, it } from "vitest";
import { bookingBody, decided, intentsOf } from "../support/bookings.ts";
import { problem } from "../support/client.ts";
import { newEvent, newVenue, PRICE, plan } from "../support/events.ts";
import { someone } from "../support/world.ts";

const organiser = await someone("ORGANISER");
const buyer = await someone();
const eventId = await newEvent(organiser, await newVenue(organiser, plan({ rows: 2, seatsPerRow: 11 })));

describe("the same booking request", () => {
  const keyed = (key: string, changes: object) =>
    buyer.post<{ bookingId: string }>("/api/bookings", bookingBody(eventId, ["1-1"], changes), {
      "idempotency-key": key,
    });

  it("twice with one Idempotency-Key is one booking, also when it has long been decided", async () => {
    const key = crypto.randomUUID();
    const first = await keyed(key, { seatIds: ["2-1"] });
    expect(first.status).toBe(202);
    expect((await keyed(key, { seatIds: ["2-1"] })).body.bookingId).toBe(first.body.bookingId);
    await decided(buyer, first.body.bookingId);
    expect(await keyed(key, { seatIds: ["2-1"] })).toMatchObject({
      status: 202,
      body: { bookingId: first.body.bookingId, status: "CONFIRMED" },
    });
  });

  it("with the same key and another body is refused: 409", async () => {
    const key = crypto.randomUUID();
    await keyed(key, { seatIds: ["2-2"] });
    expect(await keyed(key, { seatIds: ["2-3"] })).toMatchObject({
      ...problem("IDEMPOTENCY_KEY_REUSED"),
      status: 409,
    });
  });

  it("ten times at once with one key is one booking, charged once", async () => {
    const key = crypto.randomUUID();
    const answers = await Promise.all(Array.from({ length: 10 }, () => keyed(key, { seatIds: ["2-4"] })));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 202));
    expect(new Set(answers.map(({ body }) => body.bookingId)).size).toBe(1);
    const booking = await decided(buyer, answers[0]!.body.bookingId);
    expect(booking.status).toBe("CONFIRMED");
    expect(await intentsOf(booking.id)).toMatchObject([{ captured: PRICE, held: 0 }]);
  });

  it("with a key that another user has is a booking of its own", async () => {
    const key = crypto.randomUUID();
    const other = await someone();
    const mine = await keyed(key, { seatIds: ["2-5"] });
    const body = bookingBody(eventId, ["2-6"]);
    const theirs = await other.post<{ bookingId: string }>("/api/bookings", body, { "idempotency-key": key });
    expect(theirs.status).toBe(202);
    expect(theirs.body.bookingId).not.toBe(mine.body.bookingId);
  });

  it("twice without a key is two bookings", async () => {
    const unkeyed = (seatIds: string[]) =>
      buyer.post<{ bookingId: string }>("/api/bookings", bookingBody(eventId, seatIds));
    const answers = [await unkeyed(["2-7"]), await unkeyed(["2-7"])];
    expect(new Set(answers.map(({ body }) => body.bookingId)).size).toBe(2);
  });

  it("with a key of more than 255 characters is refused", async () => {
    expect(await keyed("k".repeat(256), {})).toMatchObject(problem("VALIDATION_ERROR", "idempotency-key"));
  });
});
