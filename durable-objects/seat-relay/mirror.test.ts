import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyDelta, decodeDelta, encodeDelta, isDelta } from "#shared/seats/delta.ts";
import { decodeSeats, encodeSeats, type PackedSeats } from "#shared/seats/packed.ts";
import { Mirror } from "./mirror.ts";

const SEATS = 4_000;
const mapAt = (seq: number, epoch = 1): PackedSeats => {
  const states = new Uint8Array(SEATS / 4);
  return { eventVersion: 0, planVersion: 1, epoch, seq, free: Uint32Array.of(5), seats: SEATS, states };
};
/** Entry n takes seat n. */
const change = (fromSeq: number, toSeq: number, epoch = 1) => {
  const seats = Array.from({ length: toSeq - fromSeq }, (_, n) => ({ seat: fromSeq + n + 1, state: 1 }));
  return encodeDelta({ planVersion: 1, epoch, fromSeq, toSeq, areas: [{ area: 0, free: 4 }], seats });
};
const shown = ({ states, free, ...rest }: PackedSeats) => ({ ...rest, states: [...states], free: [...free] });
const now = (mirror: Mirror) => shown(decodeSeats(mirror.whole()!));

/** What a client has that takes these. */
function after(map: PackedSeats, messages: readonly Uint8Array[]): PackedSeats {
  let known = map;
  for (const bytes of messages) {
    if (isDelta(bytes)) expect(applyDelta(known, decodeDelta(bytes))).not.toBe("gap");
    else known = decodeSeats(bytes);
  }
  return known;
}

describe("a relay's mirror", () => {
  it("brings a client of any earlier entry to where it is, or does not know", () => {
    const steps = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 120, size: "max" });
    fc.assert(
      fc.property(steps, fc.nat(60), (lengths, from) => {
        const mirror = new Mirror();
        mirror.take(encodeSeats(mapAt(0)));
        let seq = 0;
        let client: PackedSeats | undefined;
        for (const length of lengths) {
          if (seq >= from) client ??= decodeSeats(mirror.whole()!);
          mirror.take(change(seq, seq + length));
          seq += length;
        }
        client ??= decodeSeats(mirror.whole()!);
        const missed = mirror.since(1, client.seq);
        if (missed) expect(shown(after(client, missed))).toEqual(now(mirror));
        else expect(seq - client.seq).toBeGreaterThan(10);
      }),
      { seed: 20_261_126, numRuns: 50 },
    );
  });

  it("knows nothing any more once something is missing, until it has the whole map again", () => {
    const mirror = new Mirror();
    mirror.take(encodeSeats(mapAt(0)));
    mirror.take(change(0, 2));
    mirror.take(change(5, 6));
    expect(mirror.whole()).toBeNull();
    expect(mirror.since(1, 1)).toBeNull();
    mirror.take(encodeSeats(mapAt(5)));
    // What came before it, and goes on from it, was kept.
    expect(now(mirror).seq).toBe(6);
  });

  it("follows its map into a new epoch, where nothing of the old one is answered", () => {
    const mirror = new Mirror();
    mirror.take(encodeSeats(mapAt(0)));
    mirror.take(change(0, 2));
    mirror.take(change(2, 3, 2));
    expect(now(mirror)).toMatchObject({ epoch: 2, seq: 3 });
    expect(mirror.since(1, 2)).toBeNull();
    expect(mirror.since(2, 1)).toBeNull();
    expect(mirror.since(2, 2)).toHaveLength(1);
  });
});
