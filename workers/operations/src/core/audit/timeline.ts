import type { StepFacts } from "#shared/rpc/audit/bookings.ts";
import {
  BOOKING_MACHINE,
  type BookingInput,
  type BookingState,
  type Rule,
} from "#shared/saga/declaration.ts";
import { about, type BookingCheck } from "./facts.ts";

/** These may come again: an undo is asked for until it is answered, money is given back in parts. */
const REPEATABLE = new Set([
  ...["deadline", "payment.action-required", "payment.refunded", "payment.refund-failed"],
  ...["payment.refunded-by-provider", "payment.disputed"],
]);

/** The steps lead to the state by rules of the declared machine, each from where the one before it led. */
export const timelineContradictsState: BookingCheck = ({ booking }) => {
  const { steps, state } = booking;
  const found = (detail: string) => [about(booking, "timeline-contradicts-state", detail)];
  const [first, ...later] = steps;
  if (first?.step !== "booking.initiated" || first.state !== "INITIATED") {
    return found(`begins with ${first ? named(first) : "nothing"}`);
  }
  let reached: BookingState = first.state;
  for (const step of later) {
    const rule: Rule | undefined = BOOKING_MACHINE[reached][step.step as BookingInput];
    if (rule?.kind !== "move" || rule.to !== step.state)
      return found(`${named(step)} cannot follow ${reached}`);
    reached = step.state;
  }
  return reached === state ? [] : found(`is ${state}, and its steps lead to ${reached}`);
};

/** Each event had its effect once. */
export const effectTwice: BookingCheck = ({ booking }) => {
  const once = booking.steps.map(({ step }) => step).filter((step) => !REPEATABLE.has(step));
  const again = [...new Set(once.filter((step, index) => once.indexOf(step) !== index))];
  return again.map((step) =>
    about(booking, "effect-twice", `${step} had its effect twice`, { subject: step }),
  );
};

/** Each step but the first followed from an event, which the inbox has taken at the same moment. */
export const stepWithoutEvent: BookingCheck = ({ booking }) =>
  booking.stepsWithoutEvent === 0
    ? []
    : [
        about(
          booking,
          "step-without-event",
          `${booking.stepsWithoutEvent} of its steps followed from no event in the inbox`,
        ),
      ];

const named = ({ step, state }: StepFacts): string => `${step} to ${state}`;
