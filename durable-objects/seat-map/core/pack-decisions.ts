import type { Decision } from "./decision.ts";
import { CAUSE, CONFIRM_FAILURE, KIND, REFUSAL, STATUS } from "./packed-codes.ts";
import {
  BYTE,
  BYTES,
  type Columns,
  columnsOver,
  FORMAT,
  fixedBytes,
  STEPS,
  type Tail,
} from "./packed-columns.ts";

/** Decisions as bytes for `PackedDecisions.read`. Each of their texts and lists is far shorter than 256. */
export function packDecisions(decisions: readonly Decision[], hashOf: (index: number) => number): Uint8Array {
  let stampCount = 0;
  let numberCount = 0;
  for (const decision of decisions) {
    for (const step of STEPS) if (decision[step]) stampCount += 1;
    numberCount += decision.places.length;
    const { refusal } = decision;
    if (refusal) numberCount += refusal.requested.length + refusal.unavailable.length;
  }
  const buffer = new ArrayBuffer(fixedBytes(decisions.length, stampCount, numberCount));
  new Uint32Array(buffer, 0, 4).set([FORMAT, decisions.length, stampCount, numberCount]);
  const packing: Packing = { columns: columnsOver(buffer), text: 0, number: 0, stamp: 0 };
  const tail: Tail = { text: "", unknown: [] };
  for (let n = 0; n < decisions.length; n++) {
    const decision = decisions[n]!;
    tail.text += decision.id + decision.userId;
    packing.columns.hash[n] = hashOf(decision.index);
    pack(decision, n, packing);
    const unknown = decision.refusal?.unknown;
    if (unknown && unknown.length > 0) tail.unknown.push([n, unknown]);
  }
  const encoded = new TextEncoder().encode(JSON.stringify(tail));
  const packed = new Uint8Array(buffer.byteLength + encoded.length);
  packed.set(new Uint8Array(buffer));
  packed.set(encoded, buffer.byteLength);
  return packed;
}

/** Columns, and how far each of those has come that has no fixed number of values a decision. */
interface Packing {
  readonly columns: Columns;
  text: number;
  number: number;
  stamp: number;
}

/** The `n`th decision, after those before it. */
function pack(decision: Decision, n: number, packing: Packing): void {
  const { columns } = packing;
  const { id, userId, places, refusal } = decision;
  columns.expiresAt[n] = decision.expiresAt;
  packing.text += id.length + userId.length;
  columns.textAt[n + 1] = packing.text;
  packNumbers(places, packing);
  const { bytes } = columns;
  const at = n * BYTES;
  bytes[at + BYTE.kind] = KIND.of(decision.kind);
  bytes[at + BYTE.status] = STATUS.of(decision.status);
  bytes[at + BYTE.steps] = packStamps(decision, packing);
  bytes[at + BYTE.failure] = CONFIRM_FAILURE.of(decision.confirmRefusal?.reason);
  bytes[at + BYTE.cause] = CAUSE.of(decision.release?.cause);
  bytes[at + BYTE.id] = id.length;
  bytes[at + BYTE.places] = places.length;
  if (refusal) {
    packNumbers(refusal.requested, packing);
    packNumbers(refusal.unavailable, packing);
    bytes[at + BYTE.refusal] = REFUSAL.of(refusal.reason);
    bytes[at + BYTE.requested] = refusal.requested.length;
    bytes[at + BYTE.unavailable] = refusal.unavailable.length;
  }
  columns.numberAt[n + 1] = packing.number;
  columns.stampAt[n + 1] = packing.stamp;
}

function packNumbers(numbers: readonly number[], packing: Packing): void {
  for (const number of numbers) packing.columns.numbers[packing.number++] = number;
}

/** Gives a bit for each step that there is a stamp of. */
function packStamps(decision: Decision, packing: Packing): number {
  const { columns } = packing;
  let bits = 0;
  for (let step = 0; step < STEPS.length; step++) {
    const stamp = decision[STEPS[step]!];
    if (!stamp) continue;
    bits |= 1 << step;
    columns.stampSeq[packing.stamp] = stamp.seq;
    columns.stampEpoch[packing.stamp] = stamp.epoch;
    columns.stampTime[packing.stamp] = stamp.at;
    packing.stamp += 1;
  }
  return bits;
}
