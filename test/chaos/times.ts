import { type Spread, spread } from "../measure/spread.ts";
import type { Course } from "./courses.ts";
import type { FaultKind, PartName } from "./plan.ts";
import type { Struck } from "./strike.ts";

/** How long bookings took to end, in ms, and how many they were. */
export type Times = Spread & { count: number };

/** What faults of one kind on one target did to the bookings that were under way. */
export interface Disturbed {
  kind: FaultKind;
  target: PartName;
  faults: number;
  /** Null when none was under way. */
  times: Times | null;
  /** How long after the healing the last of those bookings had ended; 0 when all had ended before. */
  lastAfterMs: number;
}

export interface Summary {
  /** Begun and ended before the first fault. */
  undisturbed: Times | null;
  disturbed: Disturbed[];
}

/**
 * A booking is under way during a fault when it began before the healing and had not ended when the fault began. It
 * counts for each fault that it met. One that has not ended counts for none: that is for the audit.
 */
export function summarise(courses: readonly Course[], struck: readonly Struck[]): Summary {
  const ended = courses.flatMap(({ begunAt, endedAt }) => (endedAt === null ? [] : [{ begunAt, endedAt }]));
  const firstAt = Math.min(...struck.map(({ startedAt }) => startedAt));
  const groups = Map.groupBy(struck, ({ fault }) => `${fault.kind} ${fault.target}`);
  return {
    undisturbed: timesOf(ended.filter(({ endedAt }) => endedAt < firstAt)),
    disturbed: [...groups.values()].map((faults) => {
      const met = faults.map(({ startedAt, healedAt }) => ({
        healedAt,
        bookings: ended.filter(({ begunAt, endedAt }) => begunAt <= healedAt && endedAt >= startedAt),
      }));
      const { kind, target } = faults[0]!.fault;
      return {
        ...{ kind, target, faults: faults.length },
        times: timesOf([...new Set(met.flatMap(({ bookings }) => bookings))]),
        lastAfterMs: Math.max(
          0,
          ...met.flatMap(({ healedAt, bookings }) => bookings.map(({ endedAt }) => endedAt - healedAt)),
        ),
      };
    }),
  };
}

function timesOf(bookings: readonly { begunAt: number; endedAt: number }[]): Times | null {
  if (bookings.length === 0) return null;
  return { ...spread(bookings.map(({ begunAt, endedAt }) => endedAt - begunAt)), count: bookings.length };
}
