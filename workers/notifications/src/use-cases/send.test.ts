import { beforeEach, describe, expect, it } from "vitest";
import { Unavailable } from "#shared/errors/problem.ts";
import type { Notification } from "../core/notification.ts";
import { LEASE_MS, MAX_TRIES } from "../core/retry.ts";
import { MemoryMailer } from "../testing/memory-mailer.ts";
import { type MemoryNotifications, memoryNotifications } from "../testing/memory-notifications.ts";
import { NOW, notificationOf } from "../testing/samples.ts";
import type { NotificationsDeps } from "./deps.ts";
import { sweep } from "./sweep.ts";

const DAY = 86_400_000;

let notifications: MemoryNotifications;
let mailer: MemoryMailer;
let now: number;
let deps: NotificationsDeps;

beforeEach(() => {
  notifications = memoryNotifications();
  mailer = new MemoryMailer();
  now = NOW;
  deps = {
    ...{ notifications, mailer, from: "tickets@example.com", clock: () => now, random: () => 1 },
    logger: { info() {}, warn() {}, error() {} },
  };
});

async function noted(over: Partial<Notification> = {}): Promise<Notification> {
  const mail = notificationOf(over);
  await notifications.add(mail);
  return mail;
}
const stateOf = ({ _id }: Notification) => notifications.mails.get(_id)!.state;

describe("a mail that cannot be written", () => {
  /** Its facts are of no kind that is known. */
  const unwritable = {
    content: { kind: "booking-confirmed", facts: {} },
  } as unknown as Partial<Notification>;

  it("is put off, and does not stand in the way of the others", async () => {
    const [bad, good] = [await noted(unwritable), await noted()];
    await sweep(deps);
    expect([stateOf(bad), stateOf(good)]).toEqual(["PENDING", "SENT"]);
    expect(notifications.mails.get(bad._id)).toMatchObject({ attempts: 1, dueAt: new Date(NOW + 30_000) });
  });

  it("is given up in the end", async () => {
    const bad = await noted(unwritable);
    for (; now < NOW + 4 * DAY; now += 60_000) await sweep(deps);
    expect(notifications.mails.get(bad._id)).toMatchObject({ state: "FAILED", dueAt: null });
  });
});

it("mails that a slow server leaves no time for are left until their lease is over, and go out then", async () => {
  const mails = [await noted(), await noted()];
  mailer.verdictOn = () => {
    now += LEASE_MS / 2 + 2_000;
    return { kind: "accepted" };
  };
  await sweep(deps);
  expect(mails.map(stateOf)).toEqual(["SENT", "SENDING"]);
  await sweep(deps);
  expect(mailer.accepted).toHaveLength(1);
  now += LEASE_MS;
  await sweep(deps);
  expect(mails.map(stateOf)).toEqual(["SENT", "SENT"]);
  expect(mailer.accepted).toHaveLength(2);
});

it("a mail over which its sender dies each time is given up in the end", async () => {
  const mail = await noted();
  const dying = {
    ...deps,
    notifications: { ...notifications, settleEach: () => new Promise<boolean[]>(() => {}) },
  };
  for (let tries = 0; tries < MAX_TRIES; tries++, now += 2 * LEASE_MS) {
    void sweep(dying);
    // Until the try has come to where it dies.
    for (let turns = 0; turns < 20; turns++) await Promise.resolve();
  }
  expect(mailer.accepted).toHaveLength(MAX_TRIES);
  await sweep(deps);
  expect(mailer.accepted).toHaveLength(MAX_TRIES);
  expect(notifications.mails.get(mail._id)).toMatchObject({ state: "FAILED", dueAt: null });
});

it("a mail server that is out fails the sweep, which is then made less often, and uses up no try", async () => {
  const mail = await noted();
  mailer.isDown = true;
  for (; now < NOW + 5 * DAY; now += 3_600_000) await expect(sweep(deps)).rejects.toThrow(Unavailable);
  expect(notifications.mails.get(mail._id)).toMatchObject({ state: "PENDING", attempts: 0 });
  mailer.isDown = false;
  await sweep(deps);
  expect(stateOf(mail)).toBe("SENT");
});
