import { expect, it } from "vitest";
import { until } from "#local/e2e/until.ts";
import { answerOf } from "#local/seed/api.ts";
import { cancelBooking, getBooking, getBookingPayment } from "#shared/client/generated/sdk.gen.ts";
import { age, audited } from "../support/audits.ts";
import { book, bookingBody, decided } from "../support/bookings.ts";
import { newEvent, newVenue, plan } from "../support/events.ts";
import { someone } from "../support/world.ts";

it("an event whose bookings were bought, declined, refused and given back is clean", {
  timeout: 180_000,
}, async () => {
  const organiser = await someone("ORGANISER");
  const areas = { generalAdmission: [{ name: "Floor", category: "A", capacity: 5 }] };
  const eventId = await newEvent(organiser, await newVenue(organiser, plan(areas)));
  const [buyer, other] = [await someone(), await someone()];
  const bought = await book(
    buyer,
    bookingBody(eventId, ["1-1", "1-2"], { generalAdmission: [{ name: "Floor", quantity: 2 }] }),
  );
  const declined = await book(
    other,
    bookingBody(eventId, ["1-3"], { paymentMethod: { type: "card", token: "pm_card_chargeDeclined" } }),
  );
  const givenBack = await book(buyer, bookingBody(eventId, ["1-4"]));
  expect(await decided(buyer, bought)).toMatchObject({ status: "CONFIRMED" });
  expect(await decided(buyer, givenBack)).toMatchObject({ status: "CONFIRMED" });
  const refused = await book(other, bookingBody(eventId, ["1-1"]));
  expect(await decided(other, refused)).toMatchObject({ status: "FAILED" });
  expect(await decided(other, declined)).toMatchObject({ status: "FAILED" });
  await answerOf(cancelBooking({ client: buyer.api, path: { id: givenBack } }));
  await until(
    "the refund",
    () => answerOf(getBookingPayment({ client: buyer.api, path: { bookingId: givenBack } })),
    ({ status }) => status === "REFUNDED",
  );
  expect(await answerOf(getBooking({ client: buyer.api, path: { id: givenBack } }))).toMatchObject({
    status: "CANCELLED",
  });
  // An undo is answered, and a mail noted, some moments after a booking has ended.
  const { counted, found, repaired } = await until(
    "an audit without findings",
    async () => {
      await age(eventId);
      return audited(eventId);
    },
    // The refund's mail may be noted after a look that finds nothing amiss: six are to come.
    ({ findings, counted }) => findings.length === 0 && counted.mails === 6,
  );
  expect(found).toEqual({});
  expect(repaired).toBe(0);
  expect(counted).toMatchObject({
    ...{ bookings: 4, "bookings confirmed": 1, "bookings failed": 2, "bookings cancelled": 1 },
    ...{ "bookings pending": 0, tickets: 5, decisions: 4, events: 1, mails: 6 },
    ...{ "oversold seats": 0, "charges without seats": 0, "seats without a charge": 0 },
    ...{ "mails lost": 0, "mails doubled": 0, "dead letters waiting": 0 },
  });
  expect(counted["ledger entries"]).toBeGreaterThan(6);
  expect(counted["intents at Stripe"]).toBeGreaterThan(2);
});
