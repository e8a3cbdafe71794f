import { describe, expect, it } from "vitest";
import { backendGuard } from "#shared/backend-guard.ts";
import { LEASE_MS } from "../../workers/notifications/src/core/retry.ts";
import { guarded } from "../../workers/notifications/src/smtp/guarded.ts";
import { newBooking } from "./support/booking.ts";
import { useWorld } from "./support/world.ts";

const world = useWorld();

const received = async (email: string) => (await world().catcher.mailsTo(email)).length;

describe("a crash", () => {
  it("before the mail was begun: it goes out once its lease is over, once", async () => {
    const { confirmed, email, userId } = newBooking(world().now);
    const mailer = { ...world().mailer(), open: () => Promise.reject(new Error("crashed")) };
    await world().deliver([confirmed], world().deps({ mailer }));
    expect((await world().logOf(userId))[0]?.state).toBe("PENDING");
    await world().sweep();
    await world().sweep();
    expect(await received(email)).toBe(1);
  });

  it("after the server had the mail and before that was written: it may come twice, as one Message-ID", async () => {
    const { confirmed, email, userId } = newBooking(world().now);
    await world().deliver([confirmed], world().deps({ notifications: world().dying("settleEach") }));
    expect(await received(email)).toBe(1);
    expect((await world().logOf(userId))[0]?.state).toBe("SENDING");
    // Redelivered, it is known already; and while its lease lasts nobody else sends it.
    await world().deliver([confirmed]);
    world().advance(LEASE_MS - 1);
    await world().sweep();
    expect(await received(email)).toBe(1);

    // Leases differ by up to a second.
    world().advance(1_001);
    await world().sweep();
    const mails = await world().catcher.mailsTo(email);
    expect(mails).toHaveLength(2);
    expect(new Set(mails.map(({ messageId }) => messageId)).size).toBe(1);
    expect((await world().logOf(userId))[0]).toMatchObject({ state: "SENT", attempts: 2 });
  });

  it("before the message was noted: it is delivered again, and becomes one mail", async () => {
    const { confirmed, email } = newBooking(world().now);
    const outcome = await world().deliver(
      [confirmed],
      world().deps({ notifications: world().dying("addEach") }),
    );
    expect(outcome).toEqual(["rejected"]);
    expect(await world().deliver([confirmed])).toEqual(["done"]);
    expect(await received(email)).toBe(1);
  });
});

describe("two senders at once", () => {
  it("send each mail once", async () => {
    const bookings = Array.from({ length: 5 }, () => newBooking(world().now));
    await world().catcher.stop();
    await world().deliver(bookings.map(({ confirmed }) => confirmed));
    await world().catcher.start();
    await Promise.all([world().sweep(), world().sweep(), world().sweep()]);
    for (const { email } of bookings) expect(await received(email)).toBe(1);
  });

  it("do not undo what the slower one has brought about", async () => {
    const { confirmed, userId } = newBooking(world().now);
    await world().catcher.stop();
    await world().deliver([confirmed]);
    await world().catcher.start();
    const [mail] = await world().logOf(userId);
    const claim = async () => {
      const now = world().now;
      return (await world().notifications.claim(mail!._id, new Date(now), new Date(now + LEASE_MS)))!;
    };
    const slow = await claim();
    world().advance(LEASE_MS);
    const fast = await claim();
    const sentAt = new Date(world().now);
    expect(await world().notifications.settle(slow, { state: "SENT", sentAt })).toBe(false);
    const putOff = { state: "PENDING", failure: "busy", dueAt: sentAt } as const;
    expect(await world().notifications.settle(fast, putOff)).toBe(false);
    expect((await world().logOf(userId))[0]).toMatchObject({ state: "SENT", dueAt: null });
  });
});

describe("a mail server that is out", () => {
  it("holds up no message, costs no try, and gets every mail once it is back", async () => {
    const bookings = Array.from({ length: 3 }, () => newBooking(world().now));
    await world().catcher.stop();
    expect(await world().deliver(bookings.map(({ confirmed }) => confirmed))).toEqual([
      "done",
      "done",
      "done",
    ]);
    for (let n = 0; n < 5; n++) await world().sweep();
    const [waiting] = await world().logOf(bookings[0]!.userId);
    expect(waiting).toMatchObject({ state: "PENDING", attempts: 0 });
    await world().catcher.start();
    await world().sweep();
    for (const { email } of bookings) expect(await received(email)).toBe(1);
  });

  it.each(["temporary", "permanent", "disconnect"] as const)(
    "by a %s answer to the connection is out",
    async (mode) => {
      const { confirmed, email, userId } = newBooking(world().now);
      await world().catcher.fault({ at: "connect", mode });
      await world().deliver([confirmed]);
      expect((await world().logOf(userId))[0]).toMatchObject({ state: "PENDING", attempts: 0 });
      await world().sweep();
      expect(await received(email)).toBe(1);
    },
  );

  it("is left alone for a while by its circuit breaker, and asked again after it", async () => {
    const told: string[] = [];
    const tell = (message: string) => void told.push(message);
    const guard = backendGuard({
      ...{ backend: "mail", logger: { info: tell, warn: tell, error: tell }, clock: () => world().now },
      ...{ threshold: 1, coolDownMs: 10_000, longestCoolDownMs: 10_000, random: () => 1 },
    });
    const deps = world().deps({ mailer: guarded(world().mailer(), guard) });
    const { confirmed, email } = newBooking(world().now);
    await world().catcher.stop();
    await world().deliver([confirmed], deps);
    await world().catcher.start();
    await world().sweep(deps);
    expect(await received(email)).toBe(0);
    world().advance(10_000);
    await world().sweep(deps);
    expect(await received(email)).toBe(1);
    expect(told).toEqual(["mail is unavailable", "mail answers again"]);
  });

  it("is found out by who asks how it is", async () => {
    const mailer = guarded(world().mailer(), (call) => call());
    await mailer.ping();
    await world().catcher.stop();
    await expect(mailer.ping()).rejects.toThrow("mail is unavailable");
    await world().catcher.start();
  });
});

describe("a mail server that refuses", () => {
  it.each(["rcpt", "data"] as const)(
    "for good, at %s: FAILED with its words, and never tried again",
    async (at) => {
      const [bad, good] = [newBooking(world().now), newBooking(world().now)];
      await world().catcher.fault({ at, mode: "permanent", recipient: bad.email });
      await world().deliver([bad.confirmed, good.confirmed]);
      expect(await received(good.email)).toBe(1);
      world().advance(86_400_000);
      await world().sweep();
      expect(await received(bad.email)).toBe(0);
      const [failed] = await world().logOf(bad.userId);
      expect(failed).toMatchObject({ state: "FAILED", attempts: 1, dueAt: null });
      expect(failed?.failure).toContain("as a test has asked for");
    },
  );

  it.each(["rcpt", "data"] as const)(
    "for now, at %s: tried again later, and later, and nobody waits",
    async (at) => {
      const [put, good] = [newBooking(world().now), newBooking(world().now)];
      await world().catcher.fault({ at, mode: "temporary", recipient: put.email, times: 2 });
      await world().deliver([put.confirmed, good.confirmed]);
      expect(await received(good.email)).toBe(1);
      for (const waitMs of [30_000, 60_000]) {
        world().advance(waitMs - 1);
        await world().sweep();
        expect(await received(put.email)).toBe(0);
        world().advance(1);
        await world().sweep();
      }
      expect(await received(put.email)).toBe(1);
      expect((await world().logOf(put.userId))[0]).toMatchObject({
        state: "SENT",
        attempts: 3,
        failure: null,
      });
    },
  );

  it("for now, for three days: given up", async () => {
    const { confirmed, email, userId } = newBooking(world().now);
    await world().catcher.fault({ at: "rcpt", mode: "temporary", recipient: email, times: 10 });
    await world().deliver([confirmed]);
    world().advance(3 * 86_400_000);
    await world().sweep();
    expect((await world().logOf(userId))[0]).toMatchObject({ state: "FAILED", attempts: 2 });
  });

  it("our own sender: the mail waits for an operator, and is not lost", async () => {
    const { confirmed, email, userId } = newBooking(world().now);
    await world().catcher.fault({ at: "mail", mode: "permanent" });
    await world().deliver([confirmed]);
    expect((await world().logOf(userId))[0]?.state).toBe("PENDING");
    world().advance(30_000);
    await world().sweep();
    expect(await received(email)).toBe(1);
  });
});

describe("a connection that breaks under a mail", () => {
  it.each(["disconnect", "disconnect_after"] as const)(
    "%s: it is sent again, the others too",
    async (mode) => {
      const bookings = [newBooking(world().now), newBooking(world().now)];
      await world().catcher.fault({ at: "data", mode });
      await world().deliver(bookings.map(({ confirmed }) => confirmed));
      world().advance(30_000);
      await world().sweep();
      const counts = await Promise.all(bookings.map(({ email }) => received(email)));
      // Kept before the cut, the first one comes twice: nobody could know.
      expect(counts.sort()).toEqual(mode === "disconnect" ? [1, 1] : [1, 2]);
    },
  );

  it("or that never answers, is given up in time, and the mail is sent again", async () => {
    const { confirmed, email, userId } = newBooking(world().now);
    await world().catcher.fault({ at: "rcpt", mode: "slow", delayMs: 5_000, recipient: email });
    await world().deliver([confirmed], world().deps({ mailer: world().mailer(200) }));
    expect((await world().logOf(userId))[0]).toMatchObject({ state: "PENDING", attempts: 1 });
    world().advance(30_000);
    await world().sweep();
    expect(await received(email)).toBe(1);
  });
});
