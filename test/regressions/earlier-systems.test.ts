import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Caller } from "#shared/auth/roles.ts";
import { newBooking } from "#shared/contracts/bookings.ts";
import { BOOKING_MACHINE, STATUS_OF, TOPICS, type TopicName } from "#shared/saga/declaration.ts";
import { envelope, toMessage } from "#shared/saga/envelope.ts";
import { consumersOf, topicNames } from "#shared/saga/wire.ts";
import { payloadOf } from "../../workers/bookings/src/core/payloads.ts";
import { EVENT_ID, LOCK_TTL_MS } from "../money/support/house.ts";
import { PRICE, useSaga } from "../money/support/saga.ts";
import { startGateway } from "./gateway.ts";

/** What went wrong in earlier systems of this kind, each so that it goes wrong here if its guard is taken away. */

const saga = useSaga();

const SOLD = {
  booking: "CONFIRMED",
  seats: "RESERVED A-1",
  intents: ["succeeded after 1 tries"],
  refunded: 0,
};
const say = <T extends TopicName>(type: T, id: string, payload: Parameters<typeof envelope<T>>[2]) =>
  envelope(type, `${id}:again`, payload, { now: saga().money.now(), traceparent: "" });

describe("a late payment success confirming a booking whose seats were resold", () => {
  it("does not: the seats say no, the money is let go, and the seats stay the other buyer's", async () => {
    // Nor has the booking heard that its lock is over.
    saga().kafka.hold("payment.processed", "seats.released");
    const id = await saga().book("usr_1", ["A-1"]);
    saga().pass(LOCK_TTL_MS);
    const other = await saga().book("usr_2", ["A-1"]);
    expect(await saga().find(id)).toMatchObject({ state: "PAYING" });
    saga().kafka.letGo("payment.processed");
    await saga().kafka.run();
    // The other one's success was held back as well: it is asked of the same seats.
    expect(await saga().standing(id)).toEqual({
      ...{ booking: "FAILED LOCK_EXPIRED", seats: "EXPIRED A-1", intents: ["canceled after 1 tries"] },
      refunded: 0,
    });
    expect(await saga().standing(other)).toEqual(SOLD);
  });
});

describe("release without checking the owner", () => {
  it("frees nobody else's seats, whichever booking, user or seats it names", async () => {
    const sold = await saga().book("usr_2", ["A-1"]);
    saga().kafka.hold("seats.locked");
    const mine = await saga().book("usr_1", ["A-2"]);
    const names = { eventId: EVENT_ID, seatIds: ["A-1"], reason: "PAYMENT_FAILED" };
    const byMine = await saga().house.handle(say("seats.release", mine, { bookingId: mine, ...names }));
    expect(byMine).toEqual({ kind: "rejected", detail: "NOT_OWNER" });
    const owner = { kind: "booking", id: sold, userId: "usr_1" } as const;
    const [byUser] = await saga().house.map.apply([{ type: "release", owner, reason: "CANCELLED" }]);
    expect(byUser).toEqual({ outcome: "NOT_OWNER" });
    await saga().house.handle(say("seats.release", "bkg_9", { bookingId: "bkg_9", ...names }));
    expect(await saga().house.decision("bkg_9")).toBe("RELEASED");
    expect(await saga().standing(sold)).toEqual(SOLD);
    expect([await saga().house.status("A-1"), await saga().house.status("A-2")]).toEqual([
      ...["RESERVED", "LOCKED"],
    ]);
  });
});

describe("a lock's TTL ending in one store but not in the other", () => {
  it("ends by one clock: owner and others are told the same of one moment, before any alarm and after a restart", async () => {
    saga().kafka.hold("payment.processed");
    const book = (seatId: string) => saga().book("usr_1", [seatId]);
    const [kept, lost, resold] = [await book("A-1"), await book("A-2"), await book("A-3")];
    const confirm = async (id: string) => {
      const [result] = await saga().house.map.apply([{ type: "confirm", owner: { kind: "booking", id } }]);
      return result!.outcome;
    };
    saga().pass(LOCK_TTL_MS - 1);
    saga().house.restart();
    for (const seatId of ["A-1", "A-3"]) {
      const early = await saga().book("usr_2", [seatId]);
      expect(await saga().find(early)).toMatchObject({ failureReason: "SEATS_UNAVAILABLE" });
    }
    expect(await confirm(kept)).toBe("RESERVED");
    saga().pass(1);
    saga().house.restart();
    expect(await confirm(lost)).toBe("CONFIRM_FAILED");
    const late = await saga().book("usr_2", ["A-3"]);
    saga().kafka.letGo("payment.processed");
    await saga().kafka.run();
    const standing = async (id: string) => {
      const { booking, seats } = await saga().standing(id);
      return `${booking}, ${seats}`;
    };
    expect(await standing(kept)).toBe("CONFIRMED, RESERVED A-1");
    expect(await standing(lost)).toBe("FAILED LOCK_EXPIRED, EXPIRED A-2");
    expect(await standing(resold)).toBe("FAILED LOCK_EXPIRED, EXPIRED A-3");
    expect(await standing(late)).toBe("CONFIRMED, RESERVED A-3");
  });

  it("ends for the payment before it ends for the seats: `payBy` is the lock's own end, less a minute", async () => {
    const id = await saga().book("usr_1", ["A-1"]);
    const [locked] = saga().kafka.of("seats.locked", id) as { payload: { lockExpiresAt: string } }[];
    const { payBy } = await saga().money.payment({ id });
    expect(Date.parse(locked!.payload.lockExpiresAt) - payBy.getTime()).toBe(60_000);
  });
});

describe("the client setting the amount", () => {
  it("sets nothing: what is charged is our price, whatever amounts the request carries", async () => {
    const amounts = { totalAmount: 1, amount: 1, price: 1, lines: [{ seatId: "A-1", price: 1 }] };
    // The route drops them, and what comes after it would not look at them either.
    expect(Object.keys(newBooking.parse({ eventId: EVENT_ID, ...amounts }))).toEqual(["eventId"]);
    const id = await saga().request("usr_1", ["A-1", "A-2"], amounts);
    await saga().kafka.run();
    expect(await saga().find(id)).toMatchObject({ state: "CONFIRMED", totalAmount: 2 * PRICE });
    expect(await saga().money.payment({ id })).toMatchObject({
      amount: 2 * PRICE,
      capturedAmount: 2 * PRICE,
    });
    expect(await saga().money.intents({ id })).toMatchObject([{ received: 2 * PRICE }]);
  });

  it("is refused where it expects another total, and nothing begins", async () => {
    const asked = saga().request("usr_1", ["A-1"], { expectedTotal: 1 });
    await expect(asked).rejects.toMatchObject({ code: "PRICE_CHANGED" });
    expect(saga().kafka.log).toEqual([]);
  });
});

describe("the gateway reading a JWT without verifying it", () => {
  const CALLER: Caller = {
    ...{ userId: "usr_1", role: "USER", email: "a@example.com", name: "A", sessionId: "ses_1" },
  };
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

  it("lets nobody in by what a token merely says", async () => {
    const gateway = await startGateway();
    const genuine = await gateway.token(CALLER);
    const [head, claims, signature] = genuine.split(".") as [string, string, string];
    const said = JSON.parse(Buffer.from(claims, "base64url").toString()) as object;
    const forged = [
      `${head}.${encode({ ...said, role: "ADMIN" })}.${signature}`,
      `${head}.${encode({ ...said, sub: "usr_2" })}.${signature}`,
      `${encode({ alg: "none", typ: "at+jwt", kid: "users-1" })}.${claims}.`,
      `${head}.${claims}.`,
      await gateway.token(CALLER, "stranger"),
    ];
    for (const token of forged) expect(await gateway.ask(token)).toBe(401);
    expect(gateway.reached).toEqual([]);
    expect(await gateway.ask(genuine)).toBe(200);
    expect(gateway.reached).toHaveLength(1);
  });
});

describe("cancel without refund", () => {
  it("does not happen: what was paid goes back in full, once", async () => {
    const id = await saga().book("usr_1", ["A-1"]);
    expect(await saga().cancel("usr_1", id)).toBe(PRICE);
    await saga().kafka.run();
    saga().kafka.again("booking.cancelled", id);
    await saga().kafka.run();
    expect(await saga().standing(id)).toEqual({
      ...{ ...SOLD, booking: "CANCELLED", seats: "RELEASED A-1", refunded: PRICE },
    });
    expect((await saga().money.intents({ id }))[0]!.refunds).toHaveLength(1);
  });

  it("is not forgotten while Stripe is out: it is asked for until the money is back", async () => {
    const id = await saga().book("usr_1", ["A-1"]);
    await saga().money.stripe.cutOff();
    await saga().cancel("usr_1", id);
    await saga().kafka.run();
    expect(await saga().find(id)).toMatchObject({ state: "CANCELLED", seatsClear: true, moneyClear: false });
    await saga().money.stripe.heal();
    saga().pass(60_000);
    await saga().alarms();
    expect(await saga().standing(id)).toMatchObject({ booking: "CANCELLED", refunded: PRICE });
    expect(await saga().find(id)).toMatchObject({ moneyClear: true, deadlineAt: null });
  });
});

describe("compensation calling a route that does not exist", () => {
  const undone = topicNames.flatMap((topic) => {
    const { undo } = TOPICS[topic];
    return undo === null ? [] : [[topic, undo] as const];
  });
  const NO_MORE = { lockExpiresAt: 0, lines: [] };
  /** The answer to each step that is held back, so that the step has had its effect and nothing after it has. */
  const ANSWER: Partial<Record<TopicName, TopicName>> = {
    "booking.initiated": "seats.locked",
    "payment.requested": "payment.processed",
    "seats.confirm": "seats.confirmed",
    "payment.capture": "payment.captured",
  };

  it("is asked of every step that declares an undo", () => {
    expect(undone.length).toBeGreaterThan(3);
  });

  it.each(undone)(
    "does not happen to %s: %s is a topic, and whoever did the step consumes it",
    (topic, undo) => {
      expect(topicNames).toContain(undo);
      expect(consumersOf(undo)).toEqual(expect.arrayContaining([...consumersOf(topic)]));
    },
  );

  it.each(undone)("leaves nothing of %s: %s really takes it back", async (topic, undo) => {
    const answer = ANSWER[topic];
    if (answer) saga().kafka.hold(answer);
    const id = await saga().book("usr_1", ["A-1"]);
    const before = await saga().standing(id);
    const booking = await saga().find(id);
    // One that has reached its end is undone by its buyer.
    if (!answer) await saga().cancel("usr_1", id);
    else saga().kafka.send([toMessage(say(undo, id, payloadOf[undo](booking, NO_MORE) as never))]);
    await saga().kafka.run();
    const after = await saga().standing(id);
    expect(after).not.toEqual(before);
    expect(saga().kafka.deadLetters).toEqual([]);
    if (consumersOf(topic).includes("inventory")) expect(await saga().house.status("A-1")).toBe("AVAILABLE");
    if (consumersOf(topic).includes("payments")) {
      const [{ status, received, refunds } = { status: "none", received: 0, refunds: [] }] =
        await saga().money.intents({ id });
      expect(["canceled", "succeeded"]).toContain(status);
      expect(refunds.reduce((sum, { amount }) => sum + amount, 0)).toBe(received);
    }
  });
});

describe("two consumers both releasing stock", () => {
  it("is not declared: one service alone has the seats, and each end of a booking frees them by one topic", () => {
    const root = join(import.meta.dirname, "../..");
    // The gateway's is in the root.
    const configs = [".", ...readdirSync(join(root, "workers")).map((name) => `workers/${name}`)]
      .map((folder) => join(root, folder, "wrangler.toml"))
      .filter((file) => existsSync(file));
    const writers = configs.filter((file) => readFileSync(file, "utf8").includes('class_name = "SeatMap"'));
    expect(writers).toEqual([join(root, "workers/inventory/wrangler.toml")]);
    const frees = (topic: TopicName) =>
      (["seats.release", "booking.cancelled"] as TopicName[]).includes(topic) &&
      consumersOf(topic).includes("inventory");
    for (const [state, rules] of Object.entries(BOOKING_MACHINE)) {
      for (const [input, rule] of Object.entries(rules)) {
        if (rule.kind !== "move" || STATUS_OF[rule.to] === "PENDING") continue;
        const freeing = rule.emits.filter(frees);
        expect(freeing.length, `${state}: ${input}`).toBeLessThanOrEqual(1);
      }
    }
    // Whoever else hears of an end has no way to the seats.
    expect(consumersOf("booking.failed")).not.toContain("inventory");
  });

  it("frees once: a release at two consumers at once, and again after the seat was resold, is one release", async () => {
    saga().kafka.hold("seats.release");
    const id = await saga().book("usr_1", ["A-1"], "pm_card_chargeDeclined");
    const [release] = saga().kafka.of("seats.release", id);
    await Promise.all([saga().house.handle(release!), saga().house.handle(release!)]);
    const other = await saga().book("usr_2", ["A-1"]);
    await saga().house.handle(release!);
    saga().kafka.letGo("seats.release");
    await saga().kafka.run();
    const answers = saga().kafka.of("seats.released", id) as {
      payload: { seq: number; seatIds: string[] };
    }[];
    expect(new Set(answers.map(({ payload }) => payload.seq)).size).toBe(1);
    expect(await saga().standing(other)).toEqual(SOLD);
  });
});
