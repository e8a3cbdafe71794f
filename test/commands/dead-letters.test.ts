import { Client } from "pg";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { HOST } from "#local/config.ts";
import { logOf } from "#local/dead-letters/command.ts";
import { until } from "#local/e2e/until.ts";
import { type DeadLetter, letterId } from "#shared/dead-letters/letter.ts";
import { readLetters } from "#shared/dead-letters/read.ts";
import type { TopicName } from "#shared/saga/declaration.ts";
import { sagaPartition, wireTopic } from "#shared/saga/wire.ts";
import { book, bookingBody, decided, intentsOf, statusOf, stepsOf } from "../support/bookings.ts";
import { command } from "../support/command.ts";
import { newEvent, newVenue, PRICE } from "../support/events.ts";
import { config, secrets, someone } from "../support/world.ts";

const log = logOf(config);
let eventId: string;

beforeAll(async () => {
  const organiser = await someone("ORGANISER");
  eventId = await newEvent(organiser, await newVenue(organiser));
});

/** The dead letter of a booking in a topic, once it is there. */
async function letterOf(topic: TopicName, key: string): Promise<DeadLetter> {
  const find = async () => (await readLetters(log, [topic])).letters.find((one) => one.key === key);
  return (await until("the dead letter", find, (letter) => letter !== undefined))!;
}

/** While it holds, no step of this buyer's bookings can be written: what a fault of ours would do. */
async function breakBookingsOf(userId: string): Promise<{ mend(): Promise<void> }> {
  const password = secrets.postgres.bookings;
  const client = new Client({
    host: HOST,
    port: config.ports.postgres,
    user: "bookings",
    database: "bookings",
    password,
  });
  await client.connect();
  onTestFinished(() => client.end());
  const name = `break_${userId}`;
  await client.query(`
    create function ${name}() returns trigger language plpgsql as $$ begin raise exception 'broken by a test'; end $$;
    create trigger ${name} before update on booking for each row when (old.user_id = '${userId}')
      execute function ${name}();`);
  return {
    async mend() {
      await client.query(`drop trigger ${name} on booking; drop function ${name}();`);
    },
  };
}

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
