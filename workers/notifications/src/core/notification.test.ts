import { expect, it } from "vitest";
import { idPattern } from "#shared/ids/id.ts";
import { messageId, notificationId } from "./notification.ts";

it("is known by its kind and what it is about", () => {
  const id = notificationId("booking-failed", "bkg_1");
  expect(id).toMatch(idPattern("notif"));
  expect(notificationId("booking-failed", "bkg_1")).toBe(id);
  expect(notificationId("booking-cancelled", "bkg_1")).not.toBe(id);
  expect(notificationId("booking-failed", "bkg_2")).not.toBe(id);
});

it.each([
  ["TicketFlow <tickets@example.com>", "example.com"],
  ["tickets@mail.example.com", "mail.example.com"],
  ["nonsense", "localhost"],
])("has a Message-ID of its own under the domain of %s", (from, domain) => {
  expect(messageId({ _id: "notif_1" }, from)).toBe(`<notif_1@${domain}>`);
});
