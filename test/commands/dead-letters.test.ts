import { beforeAll, describe, expect, it } from "vitest";
import { letterId } from "#shared/dead-letters/letter.ts";
import { sagaPartition, wireTopic } from "#shared/saga/wire.ts";
import { book, bookingBody, decided, intentsOf, statusOf, stepsOf } from "../support/bookings.ts";
import { command } from "../support/command.ts";
import { breakBookingsOf, letterOf, log } from "../support/dead-letters.ts";
import { newEvent, newVenue, PRICE } from "../support/events.ts";
import { someone } from "../support/world.ts";

let eventId: string;

beforeAll(async () => {
  const organiser = await someone("ORGANISER");
  eventId = await newEvent(organiser, await newVenue(organiser));
});

describe("npm run dead-letters", () => {
  it("lists, shows and discards a poisoned message, which held nothing back", async () => {
    const key = `bkg_poison${Date.now()}`;
    const partition = sagaPartition(key);
    await log.produce([{ topic: wireTopic("payment.processed"), partition, key, value: '{"poison":true}' }]);
    const id = letterId(await letterOf("payment.processed", key));

    const list = await command("dead-letters", "list", "--topic", "payment.processed");
    expect(list.stdout.split("\n").find((line) => line.startsWith(`${id} `))).toContain(key);
    expect((await command("dead-letters", "show", id)).stdout).toContain('"poison": true');
    const discarded = await command("dead-letters", "discard", id, "--reason", "made by a test");
    expect(discarded).toMatchObject({ code: 0, stdout: `${id}: discarded.\n` });
    expect((await command("dead-letters", "list")).stdout).not.toContain(id);
    expect((await command("dead-letters", "list", "--all")).stdout).toMatch(
      new RegExp(`^${id} .*discarded`, "m"),
    );
  });

  it("replays a message that a fault of ours refused: the booking ends, with its effect once", async () => {
    const buyer = await someone();
    const { mend } = await breakBookingsOf(buyer.identity.userId);
    const bookingId = await book(buyer, bookingBody(eventId, ["1-1", "1-2"]));
    const letter = await letterOf("seats.locked", bookingId);
    expect(letter.letter).toMatchObject({ consumer: "ticketflow.bookings", attempts: 3 });
    expect(letter.letter?.error).toContain("broken by a test");
    await mend();

    const id = letterId(letter);
    // Twice at once: the second finds it decided, or sends the message once more; its effect is there once.
    const replays = await Promise.all([
      command("dead-letters", "replay", id),
      command("dead-letters", "replay", id),
    ]);
    expect(replays.map(({ code }) => code)).toEqual([0, 0]);
    expect((await decided(buyer, bookingId)).status).toBe("CONFIRMED");
    expect(await statusOf(eventId, ["1-1", "1-2"])).toEqual({ "1-1": "RESERVED", "1-2": "RESERVED" });
    const steps = (await stepsOf(buyer, bookingId)).map(([step]) => step);
    expect(steps.filter((step) => step === "seats.locked")).toHaveLength(1);
    const intents = await intentsOf(bookingId);
    expect(intents.map(({ captured }) => captured)).toEqual([2 * PRICE]);
    expect((await command("dead-letters", "show", id)).stdout).toContain("replayed");
  });
});
