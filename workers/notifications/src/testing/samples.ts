import { type Notification, notificationId } from "../core/notification.ts";

/** When the samples' mails are noted, epoch ms. */
export const NOW = Date.parse("2026-12-01T18:00:00Z");

let made = 0;

/** A mail as it is noted, due at once: of a booking of its own that failed. */
export function notificationOf(over: Partial<Notification> = {}): Notification {
  const bookingId = `bkg_${++made}`;
  return {
    _id: notificationId("booking-failed", bookingId),
    content: {
      kind: "booking-failed",
      facts: {
        ...{ bookingId, userId: "usr_1", userEmail: "a@example.com", userName: "A" },
        ...{ eventId: "evnt_1", eventName: "Opera", reason: "TIMEOUT", failureDetail: "" },
      },
    },
    userId: "usr_1",
    bookingId,
    to: { name: "A", email: "a@example.com" },
    subject: "Not booked: Opera",
    state: "PENDING",
    dueAt: new Date(NOW),
    attempts: 0,
    failure: null,
    traceparent: "",
    createdAt: new Date(NOW),
    sentAt: null,
    forgetAt: new Date("2100-01-01T00:00:00Z"),
    rev: 1,
    ...over,
  };
}
