import { createBooking } from "#shared/client/generated/sdk.gen.ts";
import { answerOf } from "../seed/api.ts";
import { mustBe } from "./checks.ts";
import {
  type Booking,
  bookingOf,
  type Run,
  type Seat,
  type SeatMap,
  seatMapOf,
  type Timeline,
} from "./context.ts";
import { until } from "./until.ts";

/** Asks for seats, at the price that the map showed. @returns the booking's id, which is PENDING */
export async function book({ buyer, report, event }: Run, seats: Seat[], card: string): Promise<string> {
  const body = {
    eventId: event.id,
    seatIds: seats.map(({ id }) => id),
    paymentMethod: { type: "card" as const, token: card },
    expectedTotal: seats.reduce((sum, { price }) => sum + price, 0),
  };
  const accepted = await report.step(
    `Book with ${card}`,
    async () => {
      const answer = await answerOf(createBooking({ client: buyer, body }));
      mustBe("the status of the new booking", answer.status, "PENDING");
      return answer;
    },
    ({ bookingId, status }) => `${status}, ${bookingId}`,
  );
  return accepted.bookingId;
}

/** Watches a booking until it is decided. @throws CheckFailed when it is decided otherwise */
export async function watch(
  run: Run,
  bookingId: string,
  expected: Pick<Booking, "status" | "failureReason">,
): Promise<Booking> {
  const seen = new Set(["PENDING"]);
  const look = async () => {
    const booking = await bookingOf(run, bookingId);
    seen.add(booking.status);
    return booking;
  };
  return run.report.step(
    "Watch the booking",
    async () => {
      const decided = await until("the booking's end", look, ({ status }) => status !== "PENDING");
      const { status, failureReason } = decided;
      mustBe("the decision", { status, failureReason }, expected);
      return decided;
    },
    ({ failureReason }) => `${[...seen].join(", then ")}${failureReason ? ` (${failureReason})` : ""}`,
  );
}

/** Waits until these seats have a status in the map: a release is asked for when a booking has failed already. */
export async function seatsBecome(run: Run, seats: Seat[], status: Seat["status"]): Promise<void> {
  const ids = new Set(seats.map(({ id }) => id));
  const theirs = (map: SeatMap) => map.seats.filter(({ id }) => ids.has(id));
  const ask = async () =>
    theirs(await seatMapOf(run, run.event.id)).map(({ id, status }) => ({ id, status }));
  await run.report.step(
    `See the seats ${status}`,
    () => until(`${status} seats`, ask, (found) => found.every((seat) => seat.status === status)),
    (found) => found.map(({ id }) => id).join(", "),
  );
}

/** Prints every step of a booking and checks that they came in order, each no earlier than the one before. */
export function checkTimeline(
  run: Run,
  { steps }: Timeline,
  expected: [step: string, state: string][],
): void {
  const begun = Date.parse(steps[0]?.at ?? "");
  for (const { at, step, state } of steps) {
    const after = `+${Date.parse(at) - begun} ms`.padStart(9);
    run.report.detail(`${at} ${after}  ${step.padEnd(20)} ${state}`);
  }
  mustBe(
    "the timeline",
    steps.map(({ step, state }) => [step, state]),
    expected,
  );
  const times = steps.map(({ at }) => Date.parse(at));
  mustBe("the order of the timeline's times", times, times.toSorted());
}
