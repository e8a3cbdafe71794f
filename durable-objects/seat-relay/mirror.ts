import { applyDelta, decodeDelta, encodeDelta, isDelta, type SeatDelta } from "#shared/seats/delta.ts";
import { decodeSeats, encodeSeats, type PackedSeats } from "#shared/seats/packed.ts";

/** Ten seconds of batches: whoever was away for longer reads the whole map. */
const KEPT = 100;

/** A map as its relay knows it: whole, with the last changes as they came. */
export class Mirror {
  #map: PackedSeats | null = null;
  #whole: Uint8Array | null = null;
  #recent: { delta: SeatDelta; bytes: Uint8Array }[] = [];
  /** What came while nothing was known: the map may have been asked for before. */
  #early: Uint8Array[] = [];

  /** Takes what the map has sent. A change that does not continue what is known leaves nothing known. */
  take(bytes: Uint8Array): void {
    const changes = isDelta(bytes) ? [bytes] : this.#early;
    if (!isDelta(bytes)) this.#replace(decodeSeats(bytes));
    for (const change of changes) this.#continue(change);
  }

  #continue(bytes: Uint8Array): void {
    const delta = decodeDelta(bytes);
    const epoch = this.#map?.epoch;
    const outcome = this.#map ? applyDelta(this.#map, delta) : "gap";
    if (outcome === "gap") {
      const early = [...this.#early, bytes].slice(-KEPT);
      this.forget();
      this.#early = early;
    }
    if (outcome !== "applied") return;
    this.#whole = null;
    if (delta.epoch !== epoch) this.#recent = [];
    this.#recent.push({ delta, bytes });
    if (this.#recent.length > KEPT) this.#recent.shift();
  }

  forget(): void {
    this.#replace(null);
  }

  /** Null where it is not known. */
  whole(): Uint8Array | null {
    if (this.#map) this.#whole ??= encodeSeats(this.#map);
    return this.#whole;
  }

  /** What brings a client at this entry up to date; null where that is not known. */
  since(epoch: number, seq: number): Uint8Array[] | null {
    if (!this.#map || epoch !== this.#map.epoch || seq > this.#map.seq) return null;
    const { planVersion, seq: toSeq } = this.#map;
    if (seq === toSeq) {
      return [encodeDelta({ planVersion, epoch, fromSeq: seq, toSeq, areas: [], seats: [] })];
    }
    const first = this.#recent.findIndex(({ delta }) => delta.fromSeq <= seq && seq < delta.toSeq);
    if (first < 0) return null;
    const changes = this.#recent.slice(first).map(({ bytes }) => bytes);
    const length = changes.reduce((sum, { length }) => sum + length, 0);
    return length < this.whole()!.length ? changes : null;
  }

  #replace(map: PackedSeats | null): void {
    this.#map = map;
    this.#whole = null;
    this.#recent = [];
    this.#early = [];
  }
}
