import type { Decision } from "./decision.ts";
import { CAUSE, CONFIRM_FAILURE, KIND, REFUSAL, STATUS } from "./packed-codes.ts";
import { BYTE, BYTES, columnsOver, FORMAT, fixedBytes, STEPS, type Tail } from "./packed-columns.ts";

/** Decisions as bytes for `PackedDecisions.read`. Each of their texts and lists is far shorter than 256. */
export function packDecisions(decisions: readonly Decision[], hashOf: (index: number) => number): Uint8Array {
  const stamps = decisions.map((decision) => STEPS.filter((step) => decision[step]));
  const numbers = decisions.map(numbersOf);
  const count = (lists: readonly (readonly unknown[])[]) =>
    lists.reduce((sum, { length }) => sum + length, 0);
  const [stampCount, numberCount] = [count(stamps), count(numbers)];
  const buffer = new ArrayBuffer(fixedBytes(decisions.length, stampCount, numberCount));
  new Uint32Array(buffer, 0, 4).set([FORMAT, decisions.length, stampCount, numberCount]);
  const columns = columnsOver(buffer);
  const texts: string[] = [];
  const unknown: Tail["unknown"] = [];
  let [textAt, numberAt, stampAt] = [0, 0, 0];
  for (const [n, decision] of decisions.entries()) {
    const { id, userId, refusal } = decision;
    columns.expiresAt[n] = decision.expiresAt;
    columns.hash[n] = hashOf(decision.index);
    texts.push(id, userId);
    textAt += id.length + userId.length;
    columns.textAt[n + 1] = textAt;
    columns.numbers.set(numbers[n]!, numberAt);
    numberAt += numbers[n]!.length;
    columns.numberAt[n + 1] = numberAt;
    for (const step of stamps[n]!) {
      const { seq, epoch, at } = decision[step]!;
      columns.stampSeq[stampAt] = seq;
      columns.stampEpoch[stampAt] = epoch;
      columns.stampTime[stampAt] = at;
      stampAt += 1;
    }
    columns.stampAt[n + 1] = stampAt;
    const { bytes } = columns;
    const at = n * BYTES;
    bytes[at + BYTE.kind] = KIND.of(decision.kind);
    bytes[at + BYTE.status] = STATUS.of(decision.status);
    bytes[at + BYTE.steps] = stepBits(stamps[n]!);
    bytes[at + BYTE.failure] = CONFIRM_FAILURE.of(decision.confirmRefusal?.reason);
    bytes[at + BYTE.cause] = CAUSE.of(decision.release?.cause);
    bytes[at + BYTE.id] = id.length;
    bytes[at + BYTE.places] = decision.places.length;
    if (!refusal) continue;
    bytes[at + BYTE.refusal] = REFUSAL.of(refusal.reason);
    bytes[at + BYTE.requested] = refusal.requested.length;
    bytes[at + BYTE.unavailable] = refusal.unavailable.length;
    if (refusal.unknown.length > 0) unknown.push([n, refusal.unknown]);
  }
  const tail: Tail = { text: texts.join(""), unknown };
  const encoded = new TextEncoder().encode(JSON.stringify(tail));
  const packed = new Uint8Array(buffer.byteLength + encoded.length);
  packed.set(new Uint8Array(buffer));
  packed.set(encoded, buffer.byteLength);
  return packed;
}

function stepBits(steps: readonly (typeof STEPS)[number][]): number {
  let bits = 0;
  for (const step of steps) bits |= 1 << STEPS.indexOf(step);
  return bits;
}

function numbersOf({ places, refusal }: Decision): readonly number[] {
  return refusal ? [...places, ...refusal.requested, ...refusal.unavailable] : places;
}
