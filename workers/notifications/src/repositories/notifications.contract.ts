import { beforeEach, describe, expect, it } from "vitest";
import type { Notification } from "../core/notification.ts";
import { NOW, notificationOf } from "../testing/samples.ts";
import type { Notifications } from "./notifications.ts";

const ALL = 10_000;
/** Long after any test has run: a database forgets what is past this. */
const KEPT = new Date("2100-01-01T00:00:00Z");
/** It says nothing of an event. */
const WELCOME = { userId: "usr_1", name: "A", email: "a@example.com", registeredAt: "2026-12-01T18:00:00Z" };
const at = (ms: number) => new Date(NOW + ms);

/** The invariants of {@link Notifications}, for any implementation. `empty` gives one without any mail. */
export function describeNotifications(name: string, empty: () => Promise<Notifications>): void {
  let notifications: Notifications;
  beforeEach(async () => {
    notifications = await empty();
  });

  async function noted(over: Partial<Notification> = {}): Promise<Notification> {
    const mail = notificationOf(over);
    await notifications.add(mail);
    return mail;
  }
  const recent = () => notifications.recent("usr_1", ALL);
  const claim = async ({ _id }: Notification, from = 0, until = 1_000) =>
    (await notifications.claim(_id, at(from), at(until)))!;

  describe(`${name}: a mail`, () => {
    it("is noted once, whole; the first note stays", async () => {
      const mail = notificationOf();
      expect(await notifications.add(mail)).toBe(true);
      expect(await notifications.add({ ...mail, subject: "Another" })).toBe(false);
      expect(await recent()).toEqual([mail]);
    });

    it("noted by ten at once is one", async () => {
      const mail = notificationOf();
      const added = await Promise.all(Array.from({ length: 10 }, () => notifications.add(mail)));
      expect(added.filter(Boolean)).toHaveLength(1);
    });
  });

  describe(`${name}: several mails`, () => {
    it("are noted in one go, each by itself", async () => {
      const [known, first, second] = [await noted(), notificationOf(), notificationOf()];
      expect(await notifications.addEach([first, known, second])).toEqual([true, false, true]);
      expect(await recent()).toHaveLength(3);
    });

    it("are claimed in one go: those that are due and nobody's", async () => {
      const [due, taken, later] = [await noted(), await noted(), await noted({ dueAt: at(500) })];
      await claim(taken);
      const ids = [due, taken, later].map(({ _id }) => _id);
      const claimed = await notifications.claimEach(ids, at(0), at(1_001));
      expect(claimed).toEqual([
        { ...due, state: "SENDING", dueAt: at(1_001), attempts: 1, rev: due.rev + 1 },
      ]);
      expect(await notifications.claimEach([due._id], at(0), at(1_002))).toEqual([]);
    });

    it("are settled in one go", async () => {
      const tries = [await claim(await noted()), await claim(await noted())].map((claimed) => {
        return { claimed, settlement: { state: "SENT" as const, sentAt: at(5) } };
      });
      expect(await notifications.settleEach(tries)).toEqual([true, true]);
      expect((await recent()).map(({ state }) => state)).toEqual(["SENT", "SENT"]);
    });

    it("of which one is somebody else's by now are settled all the same, as each by itself would be", async () => {
      const [late, own] = [await noted(), await noted()];
      const tries = [await claim(late, 0, 1_000), await claim(own, 0, 9_000)].map((claimed) => {
        return { claimed, settlement: { state: "FAILED" as const, failure: "no" } };
      });
      const second = await claim(late, 1_000, 9_000);
      expect((await notifications.settleEach(tries))[0]).toBe(false);
      const found = new Map((await recent()).map((mail) => [mail._id, mail]));
      expect(found.get(late._id)).toEqual(second);
      expect(found.get(own._id)).toMatchObject({ state: "FAILED", dueAt: null });
    });
  });

  describe(`${name}: a claim`, () => {
    it("is for a mail that is due, and counts the try", async () => {
      const mail = await noted();
      expect(await notifications.claim(mail._id, at(-1), at(1_000))).toBeNull();
      const claimed = await claim(mail);
      expect(claimed).toEqual({
        ...mail,
        state: "SENDING",
        dueAt: at(1_000),
        attempts: 1,
        rev: mail.rev + 1,
      });
      expect(await recent()).toEqual([claimed]);
    });

    it("is one's own until its lease is over", async () => {
      const mail = await noted();
      const claims = await Promise.all(Array.from({ length: 10 }, () => claim(mail)));
      expect(claims.filter((claimed) => claimed !== null)).toHaveLength(1);
      expect(await claim(mail, 999, 5_000)).toBeNull();
      expect(await claim(mail, 1_000, 5_000)).toMatchObject({ attempts: 2 });
    });

    it("is not to be had for a mail that is settled, or not known", async () => {
      const mail = await noted();
      await notifications.settle(await claim(mail), { state: "FAILED", failure: "unknown user" });
      expect(await claim(mail, 1_000_000)).toBeNull();
      expect(await claim(notificationOf())).toBeNull();
    });
  });

  describe(`${name}: a try`, () => {
    it("that the server took leaves a mail SENT, with nothing more to do", async () => {
      const claimed = await claim(await noted());
      expect(await notifications.settle(claimed, { state: "SENT", sentAt: at(5) })).toBe(true);
      const sent = { state: "SENT", sentAt: at(5), dueAt: null, failure: null };
      expect(await recent()).toEqual([{ ...claimed, ...sent, rev: claimed.rev + 1 }]);
    });

    it("that was put off leaves it PENDING until then, with the reason", async () => {
      const mail = await noted();
      const putOff = { state: "PENDING", failure: "busy", dueAt: at(60_000) } as const;
      expect(await notifications.settle(await claim(mail), putOff)).toBe(true);
      expect((await recent())[0]).toMatchObject(putOff);
      expect(await claim(mail, 59_999)).toBeNull();
      expect(await claim(mail, 60_000, 90_000)).toMatchObject({ attempts: 2 });
    });

    it("whose lease was over settles nothing, unless the server has taken the mail", async () => {
      const mail = await noted();
      const late = await claim(mail, 0, 1_000);
      const second = await claim(mail, 1_000, 2_000);
      expect(await notifications.settle(late, { state: "FAILED", failure: "no" })).toBe(false);
      expect(await recent()).toEqual([second]);
      expect(await notifications.settle(late, { state: "SENT", sentAt: at(5) })).toBe(false);
      expect((await recent())[0]).toMatchObject({ state: "SENT", dueAt: null });
      expect(await claim(mail, 1_000_000)).toBeNull();
    });

    it("of a mail that is not known settles nothing", async () => {
      const unknown = notificationOf();
      expect(await notifications.settle(unknown, { state: "SENT", sentAt: at(0) })).toBe(false);
      expect(await recent()).toEqual([]);
    });
  });

  describe(`${name}: what is looked for`, () => {
    it("mails that are due, the longest due first, so many at a time", async () => {
      const [later, first] = [await noted({ dueAt: at(-1) }), await noted({ dueAt: at(-2) })];
      await noted({ dueAt: at(1) });
      await noted({ dueAt: null, state: "SENT" });
      expect(await notifications.due(at(0), ALL)).toEqual([first._id, later._id]);
      expect(await notifications.due(at(-1), 1)).toEqual([first._id]);
    });

    it("a user's mails, the newest first", async () => {
      const old = await noted({ createdAt: at(0) });
      const twins = [await noted({ createdAt: at(1) }), await noted({ createdAt: at(1) })];
      await noted({ userId: "usr_2", createdAt: at(2) });
      const newest = twins
        .map(({ _id }) => _id)
        .sort()
        .reverse();
      const ids = async (limit: number) => (await notifications.recent("usr_1", limit)).map(({ _id }) => _id);
      expect(await ids(ALL)).toEqual([...newest, old._id]);
      expect(await ids(1)).toEqual([newest[0]]);
    });

    it("who a booking belongs to and what it is for, from a mail that says so", async () => {
      const { bookingId, userId, to } = await noted();
      await noted({ bookingId: "bkg_nameless", content: { kind: "welcome", facts: WELCOME } });
      expect(await notifications.partyOf(bookingId!)).toEqual({ userId, to, eventName: "Opera" });
      expect(await notifications.partyOf("bkg_nameless")).toBeNull();
      expect(await notifications.partyOf("bkg_unknown")).toBeNull();
    });

    it("why an event was cancelled: the first reason stays", async () => {
      expect(await notifications.cancellationReason("evnt_1")).toBeNull();
      await notifications.noteCancellation("evnt_1", "Strike", KEPT);
      await notifications.noteCancellation("evnt_1", "Rain", KEPT);
      expect(await notifications.cancellationReason("evnt_1")).toBe("Strike");
    });

    it("whether it answers", async () => {
      expect(await notifications.ping()).toBe(true);
    });
  });
}
