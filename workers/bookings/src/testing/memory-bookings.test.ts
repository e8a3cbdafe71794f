import { describe, expect, it } from "vitest";
import { type Advance, advance } from "../core/advance.ts";
import { describeBookedEvents } from "../repositories/booked-events.contract.ts";
import { describeBookings } from "../repositories/bookings.contract.ts";
import { memoryBookings } from "./memory-bookings.ts";
import { bookingOf, heard, NOW, newBookingOf } from "./samples.ts";

describeBookings("in memory", async () => memoryBookings().bookings);
describeBookedEvents("in memory", async () => memoryBookings());

describe("bookings in memory", () => {
  it("change at once, not when the promise is waited for", async () => {
    const { bookings, tables } = memoryBookings();
    const added = newBookingOf();
    const creating = bookings.create(added);
    expect([...tables.bookings.keys()]).toEqual([added.booking.id]);
    await creating;
    const applying = bookings.apply([
      advance(added.booking, [], heard.locked(added.booking.id), NOW) as Advance,
    ]);
    expect(tables.bookings.get(added.booking.id)!.state).toBe("PAYING");
    await applying;
  });

  it("share nothing with who wrote them or reads them", async () => {
    const { bookings } = memoryBookings();
    const added = newBookingOf(bookingOf(), "k");
    const { id } = added.booking;
    await bookings.create(added);
    const before = JSON.stringify(await everythingOf(id));
    for (const part of [added, await everythingOf(id)]) destroy(part);
    expect(JSON.stringify(await everythingOf(id))).toBe(before);

    async function everythingOf(bookingId: string) {
      const known = await bookings.read([heard.locked(bookingId)]);
      return {
        found: await bookings.find(bookingId),
        read: [...known.bookings.values(), ...known.lines.values()],
        page: await bookings.page("usr_1", null, 1, 10),
        overdue: await bookings.overdue(NOW + 1_000_000, 10),
        lines: [...(await bookings.lines([bookingId])).values()],
        steps: await bookings.steps(bookingId),
      };
    }
  });

  it("have no step of one booking twice in one batch", async () => {
    const { bookings } = memoryBookings();
    const booking = bookingOf();
    await bookings.create(newBookingOf(booking));
    const steps = [heard.locked(booking.id), heard.lockFailed(booking.id)].map(
      (signal) => advance(booking, [], signal, NOW) as Advance,
    );
    await expect(bookings.apply(steps)).rejects.toThrow("two steps of one booking");
    expect((await bookings.find(booking.id))!.state).toBe("INITIATED");
  });
});

/** Makes every value in it another. */
function destroy(value: object): void {
  for (const [key, inner] of Object.entries(value)) {
    if (typeof inner === "object" && inner !== null) destroy(inner);
    else (value as Record<string, unknown>)[key] = "destroyed";
  }
}
