import { describe, expect, it } from "vitest";
import { httpUrl } from "#local/config.ts";
import { until } from "#local/e2e/until.ts";
import { catcherApi } from "#local/mail/testing.ts";
import { newId } from "#shared/ids/id.ts";
import { book, bookingBody, decided } from "../support/bookings.ts";
import { newEvent, newVenue } from "../support/events.ts";
import { anyone, config, someone, type User } from "../support/world.ts";

const catcher = catcherApi(httpUrl(config, "mailWeb"));
const organiser = await someone("ORGANISER");
const eventId = await newEvent(organiser, await newVenue(organiser));

interface Recent {
  data: { id: string; kind: string; bookingId: string | null; subject: string; status: string }[];
}

/** A mail about a booking, once it is there. */
async function mailAbout(email: string, bookingId: string, subject: string) {
  const mails = await until(
    `the mail "${subject}"`,
    () => catcher.mailsTo(email),
    (found) => found.some((mail) => mail.subject.startsWith(subject) && mail.text?.includes(bookingId)),
  );
  return mails.filter((mail) => mail.subject.startsWith(subject));
}

const recentOf = async (user: User) => (await user.get<Recent>("/api/notifications/recent")).body.data;

describe("a buyer", () => {
  it("hears of a confirmed booking by mail, and sees it among their recent mails, alone [route GET /api/notifications/recent: works]", async () => {
    const [buyer, other] = [await someone(), await someone()];
    const bookingId = await book(buyer, bookingBody(eventId, ["1-1", "1-2"]));
    expect(await decided(buyer, bookingId)).toMatchObject({ status: "CONFIRMED" });
    const [mail, ...more] = await mailAbout(buyer.identity.email, bookingId, "Confirmed:");
    expect(more).toEqual([]);
    const { totalAmount, currency } = await decided(buyer, bookingId);
    expect(mail?.text).toContain(`Total: ${currency} ${(totalAmount / 100).toFixed(2)}`);
    expect(mail?.text).toContain("Stalls · 1 · 2");
    expect(mail?.html).toContain(bookingId);

    const [confirmed] = await until(
      "the mail in the list",
      () => recentOf(buyer),
      (mails) => mails.some(({ kind, status }) => kind === "booking-confirmed" && status === "SENT"),
    );
    expect(confirmed).toMatchObject({ kind: "booking-confirmed", bookingId, subject: mail?.subject });
    expect(JSON.stringify(await recentOf(buyer))).not.toContain(buyer.identity.email);
    expect((await recentOf(other)).filter(({ bookingId: of }) => of === bookingId)).toEqual([]);
  });

  it("hears that a booking was given back, and that the money is on its way", async () => {
    const buyer = await someone();
    const bookingId = await book(buyer, bookingBody(eventId, ["1-5"]));
    expect(await decided(buyer, bookingId)).toMatchObject({ status: "CONFIRMED" });
    expect((await buyer.post(`/api/bookings/${bookingId}/cancel`, {})).status).toBe(200);
    for (const subject of ["Cancelled:", "Refunded:"]) {
      const [mail, ...more] = await mailAbout(buyer.identity.email, bookingId, subject);
      expect(more).toEqual([]);
      expect(mail?.text).toContain("EUR 25.00");
    }
  });

  it("is welcomed", async () => {
    const email = `${newId("usr", Date.now())}@ticketflow.dev`;
    const account = { name: "Somebody New", email, password: "Welcome1234!" };
    expect((await anyone.post("/api/users/register", account)).status).toBe(201);
    const mails = await until(
      "the welcome",
      () => catcher.mailsTo(email),
      (found) => found.length > 0,
    );
    expect(mails.map(({ subject }) => subject)).toEqual(["Welcome to TicketFlow"]);
  });

  it("hears why a booking failed", async () => {
    const buyer = await someone();
    const paymentMethod = { type: "card", token: "pm_card_chargeDeclined" };
    const bookingId = await book(buyer, bookingBody(eventId, ["1-3"], { paymentMethod }));
    expect(await decided(buyer, bookingId)).toMatchObject({ status: "FAILED" });
    const [mail] = await mailAbout(buyer.identity.email, bookingId, "Not booked:");
    expect(mail?.text).toContain("Your payment was declined.");
  });
});

describe("the service's health", () => {
  it("asks Kafka, MongoDB and the mail server [route GET /api/notifications/health: works]", async () => {
    const { status, body } = await anyone.get<{ state: string; backends: { name: string }[] }>(
      "/api/notifications/health",
    );
    expect([status, body.state]).toEqual([200, "up"]);
    expect(body.backends.map(({ name }) => name).sort()).toEqual(["kafka", "mail", "mongodb"]);
  });
});
