import { beforeAll, describe, expect, it } from "vitest";
import { book, bookingBody, decided } from "../support/bookings.ts";
import { command } from "../support/command.ts";
import { newEvent, newVenue } from "../support/events.ts";
import { someone } from "../support/world.ts";

let [eventId, bookingId] = ["", ""];

beforeAll(async () => {
  const organiser = await someone("ORGANISER");
  eventId = await newEvent(organiser, await newVenue(organiser));
  const buyer = await someone();
  bookingId = await book(buyer, bookingBody(eventId, ["1-1", "1-2"]));
  expect((await decided(buyer, bookingId)).status).toBe("CONFIRMED");
});

describe("npm run audit", () => {
  it("finds nothing that diverges at an event whose booking is confirmed, and prints what it looked at", async () => {
    const { code, stdout, stderr } = await command("audit", "--event", eventId);
    expect(stdout).toContain(`of ${eventId}: nothing diverges.`);
    expect(stdout).toMatch(/^ {2}bookings +1$/m);
    expect(stderr).toMatch(/^Audit audit_\w+ runs\.$/m);
    expect(code).toBe(0);
  });

  it("shows what a buyer saw before the booking was made, and while it was paid", async () => {
    const opened = await command("audit", "--event", eventId, "--at", "1");
    expect(opened.code).toBe(0);
    expect(opened.stdout).toMatch(/^ {2}locked +0$/m);
    const locked = await command("audit", "--event", eventId, "--at", "2");
    expect(locked.stdout).toMatch(new RegExp(`LOCKED +booking ${bookingId} +usr_\\w+ +1-1, 1-2`));
    const { stdout } = await command("audit", "--event", eventId, "--at", "3", "--json");
    const { map } = JSON.parse(stdout) as { map: { seats: { id: string; status: string }[] } };
    expect(map.seats.find(({ id }) => id === "1-2")?.status).toBe("RESERVED");
  });

  it("ends with 2 for what means nothing, with 3 where it cannot be run", async () => {
    expect((await command("audit", "--what")).code).toBe(2);
    const absent = await command("audit", "--event", "evnt_none", "--at", "1");
    expect(absent).toMatchObject({ code: 3, stderr: expect.stringContaining("EVENT_NOT_FOUND") });
  });
});
