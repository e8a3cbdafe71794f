import { describe, expect, it } from "vitest";
import type { Booking } from "#local/e2e/context.ts";
import { book, bookingBody, decided } from "../support/bookings.ts";
import { problem } from "../support/client.ts";
import { newEvent, newVenue, plan } from "../support/events.ts";
import { anyone, someone } from "../support/world.ts";

interface Page {
  data: Booking[];
  pagination: object;
}

const organiser = await someone("ORGANISER");
const eventId = await newEvent(organiser, await newVenue(organiser, plan()));
const owner = await someone();
const mine = await decided(owner, await book(owner, bookingBody(eventId, ["1-1"])));

describe("a booking", () => {
  const paths = [
    ["/api/bookings/{id}", mine.id],
    ["/api/bookings/{id}/timeline", mine.id],
    ["/api/payments/booking/{bookingId}", mine.id],
    ["/api/payments/{id}", mine.paymentId],
  ].map(([route, id]) => [route!, route!, route!.replace(/\{\w+\}/, id!)] as const);

  it.each(paths)(
    "is its owner's and the admins' to see, and for others not there [route GET %s: works] [route GET %s: foreign owner]",
    async (_works, _foreign, path) => {
      const shown = await owner.get(path);
      expect(shown.status).toBe(200);
      expect((await (await someone("ADMIN")).get(path)).body).toEqual(shown.body);
      const code = path.startsWith("/api/payments") ? "PAYMENT_NOT_FOUND" : "BOOKING_NOT_FOUND";
      for (const stranger of [await someone(), await someone("GATE"), organiser]) {
        expect(await stranger.get(path)).toMatchObject(problem(code));
      }
      expect(await anyone.get(path)).toMatchObject(problem("UNAUTHENTICATED"));
    },
  );

  it.each(["bkg_00000000000000000000000000000000", "%00", "bkg_1", "' or 1=1 --"])(
    "is not %s [route GET /api/bookings/{id}: bad input] [route GET /api/bookings/{id}/timeline: bad input]",
    async (id) => {
      expect(await owner.get(`/api/bookings/${id}`)).toMatchObject(problem("BOOKING_NOT_FOUND"));
      expect(await owner.get(`/api/bookings/${id}/timeline`)).toMatchObject(problem("BOOKING_NOT_FOUND"));
    },
  );
});

describe("my bookings", () => {
  it("are mine alone, newest first, in pages and by status [route GET /api/bookings/my: works]", async () => {
    const buyer = await someone();
    const page = async (query = "") => (await buyer.get<Page>(`/api/bookings/my${query}`)).body;
    expect(await page()).toEqual({ data: [], pagination: { page: 1, perPage: 20, total: 0, totalPages: 0 } });

    const bookings: Booking[] = [];
    // The second wants what the first has got.
    for (const seatId of ["1-2", "1-2", "1-3"]) {
      bookings.push(await decided(buyer, await book(buyer, bookingBody(eventId, [seatId]))));
    }
    const [first, failed, last] = bookings.map(({ id }) => id);
    const ids = async (query?: string) => (await page(query)).data.map(({ id }) => id);
    expect(await ids()).toEqual([last, failed, first]);
    expect(await ids("?status=CONFIRMED")).toEqual([last, first]);
    expect(await ids("?status=FAILED")).toEqual([failed]);
    expect(await ids("?status=PENDING")).toEqual([]);
    expect(await ids("?status=CANCELLED")).toEqual([]);
    expect(await ids("?perPage=2&page=2")).toEqual([first]);
    expect((await page("?perPage=2")).pagination).toEqual({ page: 1, perPage: 2, total: 3, totalPages: 2 });
    expect((await page("?status=CONFIRMED&perPage=1")).pagination).toMatchObject({ total: 2, totalPages: 2 });
    const [shown] = (await page()).data;
    expect(shown).toEqual((await buyer.get(`/api/bookings/${last}`)).body);
  });

  it.each(["status=PAYING", "status=", "perPage=101", "page=0", "page=x"])(
    "are not given for %s [route GET /api/bookings/my: bad input]",
    async (query) => {
      const answer = await owner.get(`/api/bookings/my?${query}`);
      expect(answer).toMatchObject(problem("VALIDATION_ERROR", query.split("=")[0]));
    },
  );

  it("are nobody's without a token", async () => {
    expect(await anyone.get("/api/bookings/my")).toMatchObject(problem("UNAUTHENTICATED"));
  });
});
