import { describe, expect, it } from "vitest";
import { describeNotifications } from "../repositories/notifications.contract.ts";
import { memoryNotifications } from "./memory-notifications.ts";
import { NOW, notificationOf } from "./samples.ts";

describeNotifications("in memory", async () => memoryNotifications());

describe("mails in memory", () => {
  it("change at once, not when the promise is waited for", async () => {
    const notifications = memoryNotifications();
    const mail = notificationOf();
    const adding = notifications.add(mail);
    expect(notifications.mails.get(mail._id)).toEqual(mail);
    await adding;
    const claiming = notifications.claim(mail._id, new Date(NOW), new Date(NOW + 1));
    expect(notifications.mails.get(mail._id)!.state).toBe("SENDING");
    await claiming;
  });

  it("share nothing with who wrote them or reads them", async () => {
    const notifications = memoryNotifications();
    const mail = notificationOf();
    await notifications.add(mail);
    mail.to.name = "Another";
    const claimed = (await notifications.claim(mail._id, new Date(NOW), new Date(NOW + 1)))!;
    claimed.to.name = "Another";
    claimed.dueAt!.setTime(0);
    for (const found of await notifications.recent("usr_1", 10)) found.to.name = "Another";
    (await notifications.partyOf(mail.bookingId!))!.to.name = "Another";
    const stored = notifications.mails.get(mail._id)!;
    expect([stored.to.name, stored.dueAt]).toEqual(["A", new Date(NOW + 1)]);
  });
});
