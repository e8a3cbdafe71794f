import { gzipSync } from "node:zlib";
import { encodeSeats } from "#shared/seats/packed.ts";
import { seeded, shuffled } from "../../support/random.ts";
import { Violation } from "../failures.ts";
import { SEATS_PER_LOCK } from "../load/job.ts";
import { hall, lockOf, machine } from "../seat-map.ts";
import type { Measure } from "../types.ts";
import { shown } from "../verdict.ts";

const SEATS = 100_000;
const TAKEN = 0.4;
/** As many commands as a call may carry. */
const COMMANDS_PER_CALL = 256;
const MOST_BYTES = 25_100;
const MOST_ZIPPED_BYTES = 5_500;
const SEED = 1;

const BARS = [
  { id: "8a", name: "100,000-seat map, 40 % taken: bytes", bar: "<= 25,100" },
  { id: "8b", name: "The same, gzip: bytes", bar: "<= 5,500" },
] as const;

/** Bar 8: a real map, sold in fours side by side, in the form that the route sends. */
export const size: Measure = {
  name: "size",
  bars: BARS,
  async run() {
    const plan = hall(SEATS);
    const map = machine().wake();
    await map.open(plan);
    const groups = Array.from({ length: SEATS / SEATS_PER_LOCK }, (_, n) => n);
    const sold = shuffled(groups, seeded(SEED)).slice(0, groups.length * TAKEN);
    for (let from = 0; from < sold.length; from += COMMANDS_PER_CALL) {
      const locks = sold.slice(from, from + COMMANDS_PER_CALL).map((group) => lockOf(plan, group));
      await map.apply(locks);
      const confirmed = await map.apply(locks.map(({ owner }) => ({ type: "confirm", owner })));
      if (confirmed.some(({ outcome }) => outcome !== "RESERVED")) throw new Violation("a seat was not sold");
    }
    const { packed, planVersion, epoch, seq } = await map.view();
    const whole = { eventVersion: 1, planVersion, epoch, seq, free: new Uint32Array(), seats: SEATS };
    const bytes = encodeSeats({ ...whole, states: packed });
    const zipped = gzipSync(bytes).length;
    const detail = `${shown(sold.length * SEATS_PER_LOCK)} seats sold in fours side by side, at random`;
    return [
      { ...BARS[0], value: bytes.length, met: bytes.length <= MOST_BYTES, detail },
      { ...BARS[1], value: zipped, met: zipped <= MOST_ZIPPED_BYTES, detail },
    ];
  },
};
