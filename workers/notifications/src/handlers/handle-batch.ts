import { Unavailable } from "#shared/errors/problem.ts";
import { gather } from "#shared/gather.ts";
import { describeError } from "#shared/observability/log.ts";
import type { Envelope } from "#shared/saga/envelope.ts";
import { DONE, dispatch, type HandlerTable, type Outcome } from "#shared/saga/handlers.ts";
import type { NotificationsDeps } from "../use-cases/deps.ts";
import { send } from "../use-cases/send.ts";
import type { Noted } from "./noted.ts";
import { onBookingCancelled } from "./on-booking-cancelled.ts";
import { onBookingConfirmed } from "./on-booking-confirmed.ts";
import { onBookingFailed } from "./on-booking-failed.ts";
import { onEventCancelled } from "./on-event-cancelled.ts";
import { onPaymentRefunded } from "./on-payment-refunded.ts";
import { onUserRegistered } from "./on-user-registered.ts";

/** Mails that are noted in one round trip to the database: as many as a batch may have. */
const NOTED_AT_ONCE = 100;

/**
 * Handles messages of different keys: notes the mails that they ask for, then sends them. A message is done once its mail
 * is noted. Whether the mail server takes it then is not Kafka's to wait for.
 */
export async function handleBatch(service: NotificationsDeps, batch: Envelope[]): Promise<Outcome[]> {
  const add = gather(service.notifications.addEach, NOTED_AT_ONCE);
  const deps = { ...service, notifications: { ...service.notifications, add } };
  const handlers: HandlerTable<"notifications", Promise<Noted>> = {
    "user.registered": (message) => onUserRegistered(deps, message),
    "booking.confirmed": (message) => onBookingConfirmed(deps, message),
    "booking.failed": (message) => onBookingFailed(deps, message),
    "booking.cancelled": (message) => onBookingCancelled(deps, message),
    "payment.refunded": (message) => onPaymentRefunded(deps, message),
    "event.cancelled": (message) => onEventCancelled(deps, message),
  };
  const noting = batch.map((message) =>
    orOutcome(() => dispatch<"notifications", Promise<Noted>>(handlers, message)),
  );
  const noted = await Promise.all(noting);
  const ids = noted.flatMap((one) => (one.kind === "noted" && one.id !== null ? [one.id] : []));
  // They are noted: whatever goes wrong from here on is made good by the sweeper.
  await send(deps, ids).catch((error) =>
    deps.logger.warn("mails are left for the sweeper", { error: describeError(error) }),
  );
  return noted.map((one) => (one.kind === "noted" ? DONE : one));
}

/** One message's trouble is not the batch's. */
async function orOutcome(handle: () => Promise<Noted>): Promise<Noted> {
  try {
    return await handle();
  } catch (error) {
    if (error instanceof Unavailable)
      return { kind: "unavailable", detail: describeError(error.cause ?? error) };
    return { kind: "rejected", detail: describeError(error) };
  }
}
