import { describe, expect, it } from "vitest";
import { drive } from "../../workers/payments/src/use-cases/drive.ts";
import { reach } from "./support/states.ts";
import { useWorld } from "./support/world.ts";

const world = useWorld();

/** Each race is run this often: who wins is up to the machine, what comes of it is not. */
const ROUNDS = 10;

/** One that fails here fails as it may in life; what counts is what is left. */
const settled = (...racers: Promise<unknown>[]) => Promise.allSettled(racers);

describe("two at once on one payment", () => {
  it("make one charge, and say one answer", async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const booking = world().booking();
      await settled(...[1, 2, 3].map(() => world().deliver(booking.requested)));
      await world().deliverUntilDone(booking.requested);
      await settled(...[1, 2, 3].map(() => world().deliver(booking.capture)));
      await world().deliverUntilDone(booking.capture);
      expect(await world().end(booking)).toMatchObject({
        state: "CAPTURED",
        intents: ["succeeded after 1 tries"],
        said: ["payment.processed SUCCESS", "payment.captured SUCCESS"],
      });
    }
  });

  it("from the same reading: the slower one writes nothing, and takes what the faster one wrote", async () => {
    const booking = await reach(world(), "AUTHORISING");
    const read = await world().payment(booking);
    const [one, other] = await Promise.all(
      [drive(world().deps(), read), drive(world().deps(), read)].map((d) => d.catch(() => null)),
    );
    expect([one?.state ?? "AUTHORISED", other?.state ?? "AUTHORISED"]).toEqual(["AUTHORISED", "AUTHORISED"]);
    const { rev } = await world().payment(booking);
    await drive(world().deps(), read);
    expect((await world().payment(booking)).rev).toBe(rev);
    expect(await world().end(booking)).toMatchObject({ intents: ["requires_capture after 1 tries"] });
  });
});

describe("a payment that others write between the reading and the step", () => {
  it.each(["capture", "failed"] as const)("makes %s try again: it is not taken for done", async (name) => {
    const booking = await reach(world(), "AUTHORISED");
    const deps = world().deps();
    const { ofBookings, write } = deps.payments;
    deps.payments.ofBookings = async (ids) => {
      const read = await ofBookings(ids);
      for (const each of read) await write(each!, {}, []);
      return read;
    };
    expect(await world().deliver(booking[name], deps)).toBe("unavailable");
    expect((await world().payment(booking)).state).toBe("AUTHORISED");
    expect(await world().deliver(booking[name])).toBe("done");
  });
});

describe("an undo", () => {
  it("while the card is being authorised leaves nothing held", async () => {
    const booking = world().booking();
    const deps = world().deps();
    const { confirm } = deps.provider;
    deps.provider.confirm = async (...call) => {
      const intent = await confirm(...call);
      expect(await world().deliver(booking.failed)).toBe("done");
      return intent;
    };
    expect(await world().deliver(booking.requested, deps)).toBe("done");
    expect(await world().end(booking)).toMatchObject({
      state: "VOIDED",
      intents: ["canceled after 1 tries"],
      said: ["payment.voided"],
    });
  });

  it("while the intent is being made leaves none open that nobody knows of", async () => {
    const booking = world().booking();
    const deps = world().deps();
    const { createIntent } = deps.provider;
    deps.provider.createIntent = async (...call) => {
      const made = await createIntent(...call);
      expect(await world().deliver(booking.failed)).toBe("done");
      return made;
    };
    expect(await world().deliver(booking.requested, deps)).toBe("done");
    expect(await world().end(booking)).toMatchObject({
      state: "VOIDED",
      intents: ["canceled after 0 tries"],
      said: ["payment.voided"],
    });
  });

  it("before the card is authorised keeps it from being", async () => {
    const booking = world().booking();
    const deps = world().deps();
    const { confirm } = deps.provider;
    deps.provider.confirm = async (...call) => {
      expect(await world().deliver(booking.failed)).toBe("done");
      return confirm(...call);
    };
    expect(await world().deliver(booking.requested, deps)).toBe("done");
    expect(await world().end(booking)).toMatchObject({
      state: "VOIDED",
      intents: ["canceled after 0 tries"],
      said: ["payment.voided"],
    });
  });

  it("at the same time as a capture: the money is taken or given back, never both", async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const booking = await reach(world(), "AUTHORISED");
      await settled(world().deliver(booking.capture), world().deliver(booking.failed));
      await world().deliverUntilDone(booking.capture);
      const { state, intents, said } = await world().end(booking);
      if (state === "CAPTURED") {
        expect(intents).toEqual(["succeeded after 1 tries"]);
        expect(said).toContain("payment.captured SUCCESS");
        expect(said).not.toContain("payment.voided");
      } else {
        expect({ state, intents }).toEqual({ state: "VOIDED", intents: ["canceled after 1 tries"] });
        expect(said).toContain("payment.voided");
        expect(said).toContain("payment.captured FAILED");
      }
    }
  });
});

describe("the consumer, the sweeper and a webhook", () => {
  it("at once on one payment make one charge", async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const booking = await reach(world(), "AUTHORISING");
      world().advance(30_000);
      const webhook = await world().stripe.inbox.delivery(booking.id, "payment_intent.created");
      await settled(world().deliver(booking.requested), world().sweep(), world().takeIn(webhook));
      await world().deliverUntilDone(booking.requested);
      expect(await world().end(booking)).toMatchObject({
        state: "AUTHORISED",
        intents: ["requires_capture after 1 tries"],
        said: ["payment.processed SUCCESS"],
      });
    }
  });
});
