import { expect, it } from "vitest";
import { httpUrl } from "#local/config.ts";
import type { Booking } from "#local/e2e/context.ts";
import { until } from "#local/e2e/until.ts";
import { catcherApi } from "#local/mail/testing.ts";
import { disagreements } from "../support/agreement.ts";
import { sendAtOnce } from "../support/at-once.ts";
import { bookingBody, decided } from "../support/bookings.ts";
import { newEvent, newVenue, PRICE, plan } from "../support/events.ts";
import { observe } from "../support/observation.ts";
import { seeded } from "../support/random.ts";
import { config, someone, url } from "../support/world.ts";

const BUYERS = 200;
const SEATS = 20;
const MAX_WANTED = 4;
/** 200 mails take a mail server their time, more of it on a busy machine. */
const MAILS_LIMIT_MS = 150_000;

it("of 200 buyers at once for 20 seats, each is answered, and seats, money, bookings and mails agree", {
  timeout: 300_000,
}, async () => {
  const random = seeded(20_261_125);
  const organiser = await someone("ORGANISER");
  const eventId = await newEvent(
    organiser,
    await newVenue(organiser, plan({ rows: 2, seatsPerRow: SEATS / 2 })),
  );
  const buyers = await Promise.all(Array.from({ length: BUYERS }, () => someone()));
  const wanted = buyers.map(() => {
    const first = Math.floor(random() * SEATS);
    const count = 1 + Math.floor(random() * MAX_WANTED);
    return Array.from({ length: count }, (_, n) => seatAt((first + n) % SEATS));
  });

  const { answers, early } = await sendAtOnce(
    buyers.map(({ token }, n) => ({
      url: `${url}/api/bookings`,
      headers: { authorization: `Bearer ${token}` },
      body: bookingBody(eventId, wanted[n]!),
    })),
  );
  expect(early).toBe(0);
  expect(answers.filter(({ status }) => status !== 202)).toEqual([]);
  const ids = answers.map(({ text }) => (JSON.parse(text) as { bookingId: string }).bookingId);
  const ended: Booking[] = [];
  // One after the other: what is to be measured here is not how fast a booking can be asked after.
  for (const [n, buyer] of buyers.entries()) ended.push(await decided(buyer, ids[n]!));

  const confirmed = ended.filter(({ status }) => status === "CONFIRMED");
  const sold = confirmed.flatMap(({ seatIds }) => seatIds);
  expect(sold.length).toBeGreaterThan(SEATS - MAX_WANTED);
  expect(new Set(sold).size).toBe(sold.length);
  const others = ended.filter(({ status }) => status !== "CONFIRMED");
  expect(new Set(others.map(({ failureReason }) => failureReason))).toEqual(new Set(["SEATS_UNAVAILABLE"]));

  const audit = () => observe(config, ids, eventId);
  // A booking has ended before the last undo is answered.
  const seen = await until("the last undo", audit, ({ bookings }) =>
    bookings.every(
      ({ state, seatsClear, moneyClear }) => state === "CONFIRMED" || (seatsClear && moneyClear),
    ),
  );
  expect(disagreements(seen)).toEqual([]);
  expect(seen.bookings).toHaveLength(BUYERS);
  expect(seen.intents.reduce((sum, { kept }) => sum + kept, 0)).toBe(sold.length * PRICE);

  const catcher = catcherApi(httpUrl(config, "mailWeb"));
  for (const [n, { status }] of ended.entries()) {
    const { email } = buyers[n]!.identity;
    const mails = await until(
      `a mail to ${email}`,
      () => catcher.mailsTo(email),
      (found) => found.length > 0,
      MAILS_LIMIT_MS,
    );
    expect(mails.map(({ subject }) => subject)).toEqual([
      expect.stringMatching(status === "CONFIRMED" ? /^Confirmed:/ : /^Not booked:/),
    ]);
  }
});

const seatAt = (n: number): string => `${1 + Math.floor(n / (SEATS / 2))}-${1 + (n % (SEATS / 2))}`;
