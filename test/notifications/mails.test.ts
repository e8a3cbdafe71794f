import { describe, expect, it } from "vitest";
import { envelope } from "#shared/saga/envelope.ts";
import { newBooking, newUser } from "./support/booking.ts";
import { useWorld } from "./support/world.ts";

const world = useWorld();

const subjects = async (email: string) => (await world().catcher.mailsTo(email)).map((mail) => mail.subject);

describe("a message", () => {
  it("becomes one mail, in the log and at the mail server, as HTML and as text", async () => {
    const { confirmed, email, userId, id } = newBooking(world().now);
    expect(await world().deliver([confirmed])).toEqual(["done"]);
    const [mail, ...others] = await world().catcher.mailsTo(email);
    expect(others).toEqual([]);
    expect(mail).toMatchObject({ from: "tickets@ticketflow.test", to: [email] });
    expect(mail?.text).toContain("EUR 240.00");
    expect(mail?.html).toContain("EUR 240.00");
    const [logged] = await world().logOf(userId);
    expect(logged).toMatchObject({ state: "SENT", bookingId: id, attempts: 1, dueAt: null, failure: null });
    expect(mail?.messageId).toBe(`<${logged?._id}@ticketflow.test>`);
    const headers = new Map(mail?.headers.map(({ name, value }) => [name, value]));
    expect(headers.get("from")).toBe("TicketFlow <tickets@ticketflow.test>");
    expect(headers.get("auto-submitted")).toBe("auto-generated");
  });

  it("of each kind becomes the mail of that kind", async () => {
    const registered = newUser(world().now);
    const [one, two, three] = [1, 2, 3].map(() => newBooking(world().now)) as [Booking, Booking, Booking];
    const batch = [registered, one.confirmed, two.failed, three.cancelled()];
    expect(await world().deliver(batch)).toEqual(["done", "done", "done", "done"]);
    expect(await subjects(registered.payload.email)).toEqual(["Welcome to TicketFlow"]);
    expect(await subjects(one.email)).toEqual(["Confirmed: La Traviata"]);
    expect(await subjects(two.email)).toEqual(["Not booked: La Traviata"]);
    expect(await subjects(three.email)).toEqual(["Cancelled: La Traviata"]);
  });

  it("that comes twice, or at the same time at two consumers, becomes one mail", async () => {
    const { confirmed, email } = newBooking(world().now);
    await Promise.all(Array.from({ length: 5 }, () => world().deliver([confirmed])));
    await world().deliver([confirmed]);
    await world().sweep();
    expect(await subjects(email)).toHaveLength(1);
  });

  it("about an undo that was asked for again, under another id, becomes no second mail", async () => {
    const { cancelled, email } = newBooking(world().now);
    expect(cancelled(1).id).not.toBe(cancelled(2).id);
    expect(await world().deliver([cancelled(1)])).toEqual(["done"]);
    expect(await world().deliver([cancelled(2)])).toEqual(["done"]);
    expect(await subjects(email)).toHaveLength(1);
  });
});

type Booking = ReturnType<typeof newBooking>;

describe("a refund", () => {
  it("waits until something was heard of its booking, and then goes to the booking's address", async () => {
    const { refunded, cancelled, email } = newBooking(world().now);
    expect(await world().deliver([refunded()])).toEqual(["early"]);
    await world().deliver([cancelled()]);
    expect(await world().deliver([refunded()])).toEqual(["done"]);
    expect(await subjects(email)).toEqual(["Cancelled: La Traviata", "Refunded: La Traviata"]);
  });

  it("is one mail a refund: a second refund of the same booking is told as well", async () => {
    const { refunded, confirmed, email } = newBooking(world().now);
    await world().deliver([confirmed]);
    for (const refundId of ["re_1", "re_1", "re_2"]) {
      await world().deliver([refunded({ refundId: `${refundId}_${email}`, amount: 100 })]);
    }
    expect(await subjects(email)).toEqual([
      ...["Confirmed: La Traviata", "Refunded: La Traviata", "Refunded: La Traviata"],
    ]);
  });

  it("of nothing, because nothing was to be paid or it was paid back before, is no mail", async () => {
    const { refunded, cancelled, email } = newBooking(world().now);
    await world().deliver([cancelled()]);
    expect(await world().deliver([refunded({ refundId: null, amount: 0 })])).toEqual(["done"]);
    expect(await subjects(email)).toEqual(["Cancelled: La Traviata"]);
  });

  it("that failed tells the buyer, and calls a person", async () => {
    const { refunded, cancelled, email } = newBooking(world().now);
    await world().deliver([cancelled()]);
    await world().deliver([refunded({ status: "FAILED", refundId: null, failureReason: "card_closed" })]);
    expect((await subjects(email)).at(-1)).toBe("Your refund needs a moment longer: La Traviata");
    expect(world().logged.some((line) => line.startsWith("a refund needs a person"))).toBe(true);
  });
});

describe("a cancelled event", () => {
  it("is told to each of its buyers with the organiser's reason", async () => {
    const { cancelled, email } = newBooking(world().now, { reason: "EVENT_CANCELLED" });
    const { eventId } = cancelled().payload;
    const payload = {
      eventId,
      organiserId: "usr_1",
      reason: "The soprano is ill",
      cancelledAt: "2026-12-01T12:00:00Z",
    };
    const ended = envelope("event.cancelled", eventId, payload, { now: world().now, traceparent: "" });
    expect(await world().deliver([ended])).toEqual(["done"]);
    expect(await world().deliver([ended])).toEqual(["done"]);
    await world().deliver([cancelled()]);
    const [mail] = await world().catcher.mailsTo(email);
    expect(mail?.text).toContain("The organiser says: The soprano is ill");
  });
});

describe("what people have typed", () => {
  it("adds no header and no recipient", async () => {
    const { confirmed, email } = newBooking(world().now);
    const victim = "victim@example.com";
    const evil = `Opera\r\nBcc: ${victim}\r\n\r\nbody`;
    const payload = { ...confirmed.payload, userName: `${evil}" <${victim}>`, eventName: evil };
    expect(await world().deliver([{ ...confirmed, payload }])).toEqual(["done"]);
    const [mail] = await world().catcher.mailsTo(email);
    expect(mail?.to).toEqual([email]);
    expect(mail?.headers.map(({ name }) => name)).not.toContain("bcc");
    expect(await world().catcher.mailsTo(victim)).toEqual([]);
  });

  it("and an address that is none ends as FAILED, and holds up nobody", async () => {
    const bad = newBooking(world().now);
    const good = newBooking(world().now);
    const payload = { ...bad.confirmed.payload, userEmail: "a@example.com>\r\nRCPT TO:<b@example.com" };
    await world().deliver([{ ...bad.confirmed, payload }, good.confirmed]);
    expect((await world().logOf(bad.userId))[0]).toMatchObject({ state: "FAILED", attempts: 1 });
    expect(await subjects(good.email)).toHaveLength(1);
    expect(await world().catcher.mailsTo("b@example.com")).toEqual([]);
  });
});

describe("the logs", () => {
  it("name mails and bookings, and no address", async () => {
    const { confirmed, email, id } = newBooking(world().now);
    await world().catcher.fault({ at: "rcpt", mode: "permanent", recipient: email });
    await world().deliver([confirmed]);
    const lines = world().logged.join("\n");
    expect(lines).toContain(id);
    expect(lines).not.toContain(email);
  });
});
