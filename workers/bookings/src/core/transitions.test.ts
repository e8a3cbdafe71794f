import { describe, expect, it } from "vitest";
import type { BookingInput, BookingState } from "#shared/saga/declaration.ts";
import { bookingOf, NOW } from "../testing/samples.ts";
import { advance } from "./advance.ts";

/*
 * The booking machine as the contract says it, read by hand and written once more: what the declaration says must
 * come to this. One line a state and input: the next state, what is sent, and which side is clear then.
 * `-` changes nothing, `early` waits.
 */
const EXPECTED = `
INITIATED  seats.locked                  PAYING payment.requested
INITIATED  seats.lock-failed             FAILED booking.failed (seats)
INITIATED  seats.confirmed               early
INITIATED  seats.confirm-failed          early
INITIATED  seats.expired                 early
INITIATED  seats.released                early
INITIATED  payment.action-required       early
INITIATED  payment.authorised            early
INITIATED  payment.declined              early
INITIATED  payment.captured              early
INITIATED  payment.capture-failed        early
INITIATED  payment.voided                early
INITIATED  payment.refunded              early
INITIATED  payment.refund-failed         early
INITIATED  payment.refunded-by-provider  early
INITIATED  payment.disputed              early
INITIATED  cancel                        CANCELLED booking.cancelled
INITIATED  event.cancelled               FAILED seats.release booking.failed
INITIATED  deadline                      FAILED seats.release booking.failed
PAYING     seats.locked                  -
PAYING     seats.lock-failed             -
PAYING     seats.confirmed               early
PAYING     seats.confirm-failed          early
PAYING     seats.expired                 FAILED seats.release booking.failed (seats)
PAYING     seats.released                -
PAYING     payment.action-required       PAYING
PAYING     payment.authorised            RESERVING seats.confirm
PAYING     payment.declined              FAILED seats.release booking.failed
PAYING     payment.captured              early
PAYING     payment.capture-failed        early
PAYING     payment.voided                -
PAYING     payment.refunded              -
PAYING     payment.refund-failed         -
PAYING     payment.refunded-by-provider  early
PAYING     payment.disputed              early
PAYING     cancel                        CANCELLED booking.cancelled
PAYING     event.cancelled               FAILED seats.release booking.failed
PAYING     deadline                      FAILED seats.release booking.failed
RESERVING  seats.locked                  -
RESERVING  seats.lock-failed             -
RESERVING  seats.confirmed               CAPTURING payment.capture
RESERVING  seats.confirm-failed          FAILED booking.failed (seats)
RESERVING  seats.expired                 -
RESERVING  seats.released                -
RESERVING  payment.action-required       -
RESERVING  payment.authorised            -
RESERVING  payment.declined              -
RESERVING  payment.captured              early
RESERVING  payment.capture-failed        early
RESERVING  payment.voided                -
RESERVING  payment.refunded              -
RESERVING  payment.refund-failed         -
RESERVING  payment.refunded-by-provider  early
RESERVING  payment.disputed              early
RESERVING  cancel                        -
RESERVING  event.cancelled               early
RESERVING  deadline                      RESERVING seats.confirm
CAPTURING  seats.locked                  -
CAPTURING  seats.lock-failed             -
CAPTURING  seats.confirmed               -
CAPTURING  seats.confirm-failed          -
CAPTURING  seats.expired                 -
CAPTURING  seats.released                -
CAPTURING  payment.action-required       -
CAPTURING  payment.authorised            -
CAPTURING  payment.declined              -
CAPTURING  payment.captured              CONFIRMED booking.confirmed
CAPTURING  payment.capture-failed        FAILED seats.release booking.failed
CAPTURING  payment.voided                -
CAPTURING  payment.refunded              -
CAPTURING  payment.refund-failed         -
CAPTURING  payment.refunded-by-provider  early
CAPTURING  payment.disputed              early
CAPTURING  cancel                        -
CAPTURING  event.cancelled               early
CAPTURING  deadline                      CAPTURING payment.capture
CONFIRMED  seats.locked                  -
CONFIRMED  seats.lock-failed             -
CONFIRMED  seats.confirmed               -
CONFIRMED  seats.confirm-failed          -
CONFIRMED  seats.expired                 -
CONFIRMED  seats.released                -
CONFIRMED  payment.action-required       -
CONFIRMED  payment.authorised            -
CONFIRMED  payment.declined              -
CONFIRMED  payment.captured              -
CONFIRMED  payment.capture-failed        -
CONFIRMED  payment.voided                -
CONFIRMED  payment.refunded              -
CONFIRMED  payment.refund-failed         -
CONFIRMED  payment.refunded-by-provider  CONFIRMED
CONFIRMED  payment.disputed              CONFIRMED
CONFIRMED  cancel                        CANCELLED booking.cancelled
CONFIRMED  event.cancelled               CANCELLED booking.cancelled
CONFIRMED  deadline                      -
FAILED     seats.locked                  FAILED seats.release
FAILED     seats.lock-failed             FAILED (seats)
FAILED     seats.confirmed               FAILED seats.release
FAILED     seats.confirm-failed          FAILED (seats)
FAILED     seats.expired                 FAILED (seats)
FAILED     seats.released                FAILED (seats)
FAILED     payment.action-required       FAILED booking.failed
FAILED     payment.authorised            FAILED booking.failed
FAILED     payment.declined              -
FAILED     payment.captured              FAILED booking.failed
FAILED     payment.capture-failed        -
FAILED     payment.voided                FAILED (money)
FAILED     payment.refunded              FAILED (money)
FAILED     payment.refund-failed         FAILED
FAILED     payment.refunded-by-provider  FAILED
FAILED     payment.disputed              FAILED
FAILED     cancel                        -
FAILED     event.cancelled               -
FAILED     deadline                      FAILED seats.release booking.failed
CANCELLED  seats.locked                  CANCELLED booking.cancelled
CANCELLED  seats.lock-failed             CANCELLED (seats)
CANCELLED  seats.confirmed               CANCELLED booking.cancelled
CANCELLED  seats.confirm-failed          CANCELLED (seats)
CANCELLED  seats.expired                 CANCELLED (seats)
CANCELLED  seats.released                CANCELLED (seats)
CANCELLED  payment.action-required       CANCELLED booking.cancelled
CANCELLED  payment.authorised            CANCELLED booking.cancelled
CANCELLED  payment.declined              -
CANCELLED  payment.captured              CANCELLED booking.cancelled
CANCELLED  payment.capture-failed        -
CANCELLED  payment.voided                CANCELLED (money)
CANCELLED  payment.refunded              CANCELLED (money)
CANCELLED  payment.refund-failed         CANCELLED
CANCELLED  payment.refunded-by-provider  CANCELLED
CANCELLED  payment.disputed              CANCELLED
CANCELLED  cancel                        -
CANCELLED  event.cancelled               -
CANCELLED  deadline                      CANCELLED booking.cancelled
`;

const cells = EXPECTED.trim()
  .split("\n")
  .map((line) => /^(\S+)\s+(\S+)\s+(.+)$/.exec(line)!.slice(1) as [BookingState, BookingInput, string]);

describe("the booking machine", () => {
  it.each(cells)("does what the contract says [booking %s: %s]", (state, input, expected) => {
    const paid = { seatIds: ["a-1"], paymentId: "pay_1", deadlineAt: NOW };
    const booking = bookingOf({ state, generalAdmission: [], ...paid });
    const signal = { bookingId: booking.id, eventId: "event", input, learns: {}, detail: null };
    const decision = advance(booking, [], { ...signal, lockExpiresAt: NOW + 300_000 }, NOW);
    if (decision.kind !== "advance") {
      expect(decision.kind === "early" ? "early" : "-").toBe(expected);
      return;
    }
    const { next, emits } = decision;
    const clear = [next.seatsClear && "(seats)", next.moneyClear && "(money)"];
    const came = [next.state, ...emits.map(({ type }) => type), ...clear].filter(Boolean).join(" ");
    expect(came).toBe(expected);
  });
});
