import { describe, expect, it } from "vitest";
import type { ConsumerStore, Offsets, Parked } from "../ports.ts";

/** Opens the store as a consumer does that wakes: always the same one, within one test. */
type Open = () => ConsumerStore;

const parked = (ticket: number, over: Partial<Parked> = {}): Parked => ({
  ticket,
  because: "early",
  attempts: 2,
  nextAt: 1_800_000_000_050,
  detail: "not yet",
  topic: "ticketflow.seats.release",
  partition: 5,
  offset: ticket + 40,
  key: "bkg_ü",
  value: '{"a":"Größe 座席 \\u0000"}',
  ...over,
});
const offsets = (entries: Record<string, number>): Offsets => new Map(Object.entries(entries));

/** The invariants of {@link ConsumerStore}, for any implementation. `run` gives each test a new one. */
export function describeConsumerStore(
  name: string,
  run: (test: (open: Open) => void) => Promise<void>,
): void {
  const test = (what: string, work: (open: Open) => void) => it(what, () => run(work));

  describe(`consumer store ${name}`, () => {
    test("starts empty", (open) => {
      expect(open().load()).toEqual({ offsets: new Map(), parked: [] });
    });

    test("gives back what was saved, whole and in order, to who opens it next", (open) => {
      open().save({ offsets: offsets({ a: 7, b: 0 }), parked: [parked(12), parked(3)], unparked: [] });
      expect(open().load()).toEqual({ offsets: offsets({ a: 7, b: 0 }), parked: [parked(3), parked(12)] });
    });

    test("replaces and forgets what it is told to, and keeps the rest", (open) => {
      const first = open();
      first.save({
        offsets: offsets({ a: 1, b: 1 }),
        parked: [parked(1), parked(2), parked(3)],
        unparked: [],
      });
      const later = parked(2, { because: "unavailable", attempts: 9, nextAt: 5, detail: "" });
      first.save({ offsets: offsets({ b: 2 }), parked: [later], unparked: [1] });
      expect(open().load()).toEqual({ offsets: offsets({ a: 1, b: 2 }), parked: [later, parked(3)] });
    });

    test("saves all of a change, or nothing of it", (open) => {
      const store = open();
      store.save({ offsets: offsets({ a: 1 }), parked: [parked(1)], unparked: [] });
      const cannotBeKept = parked(3, { value: Symbol("no text") as unknown as string });
      const change = { offsets: offsets({ a: 9 }), parked: [parked(2), cannotBeKept], unparked: [1] };
      expect(() => store.save(change)).toThrow();
      expect(open().load()).toEqual({ offsets: offsets({ a: 1 }), parked: [parked(1)] });
    });

    test("does not change with what was handed in or out", (open) => {
      const store = open();
      const kept = offsets({ a: 1 });
      store.save({ offsets: kept, parked: [parked(1)], unparked: [] });
      kept.set("a", 2);
      store.load().parked[0]!.attempts = 99;
      expect(open().load()).toEqual({ offsets: offsets({ a: 1 }), parked: [parked(1)] });
    });
  });
}
