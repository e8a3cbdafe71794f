import type { DecisionStatus, OwnerKind } from "../rpc.ts";
import type { Decision, Stamp } from "./decision.ts";
import { CAUSE, CONFIRM_FAILURE, KIND, REFUSAL, STATUS } from "./packed-codes.ts";
import {
  BYTE,
  BYTES,
  type Columns,
  columnsOver,
  FORMAT,
  fixedBytes,
  HEADER_BYTES,
  STEPS,
  type Tail,
} from "./packed-columns.ts";

/**
 * Some decisions in columns, little endian: u32 format, decisions, stamps, numbers; f64 expiry a decision, time a stamp;
 * u32 hash of the id a decision, where its text, its numbers and its stamps begin and at last end, the numbers (places given,
 * asked for, not available), seq and epoch a stamp; ten bytes a decision; the tail as JSON. Some 150 bytes a decision,
 * and nothing is made of one before somebody asks for it.
 */
export class PackedDecisions {
  readonly length: number;
  readonly #columns: Columns;
  readonly #tail: Tail;

  private constructor(columns: Columns, tail: Tail) {
    this.length = columns.hash.length;
    this.#columns = columns;
    this.#tail = tail;
  }

  /** Reads what `packDecisions` wrote. @throws Error where it is of another format */
  static read(bytes: Uint8Array): PackedDecisions {
    const header = new Uint32Array(bytes.slice(0, HEADER_BYTES).buffer);
    if (header[0] !== FORMAT) throw new Error(`decisions of format ${header[0]} are not known`);
    const size = fixedBytes(header[1]!, header[2]!, header[3]!);
    // A copy begins at an address that the columns may have, and lets go of the text's bytes.
    const columns = columnsOver(bytes.slice(0, size).buffer);
    return new PackedDecisions(columns, JSON.parse(new TextDecoder().decode(bytes.subarray(size))) as Tail);
  }

  id(n: number): string {
    const from = this.#columns.textAt[n]!;
    return this.#tail.text.slice(from, from + this.#byte(n, BYTE.id));
  }

  userId(n: number): string {
    const { textAt } = this.#columns;
    return this.#tail.text.slice(textAt[n]! + this.#byte(n, BYTE.id), textAt[n + 1]);
  }

  hash(n: number): number {
    return this.#columns.hash[n]!;
  }

  kind(n: number): OwnerKind {
    return KIND.word(this.#byte(n, BYTE.kind))!;
  }

  status(n: number): DecisionStatus {
    return STATUS.word(this.#byte(n, BYTE.status))!;
  }

  expiresAt(n: number): number {
    return this.#columns.expiresAt[n]!;
  }

  places(n: number): Uint32Array {
    return this.#numbers(n, 0, this.#byte(n, BYTE.places));
  }

  /** The decision itself, made anew with each call. */
  decision(n: number, index: number): Decision {
    const decision: Decision = {
      index,
      kind: this.kind(n),
      id: this.id(n),
      userId: this.userId(n),
      status: this.status(n),
      places: [...this.places(n)],
      expiresAt: this.expiresAt(n),
    };
    this.#addSteps(decision, n);
    const reason = REFUSAL.word(this.#byte(n, BYTE.refusal));
    if (reason) {
      const given = decision.places.length;
      const asked = this.#byte(n, BYTE.requested);
      const requested = [...this.#numbers(n, given, asked)];
      const unavailable = [...this.#numbers(n, given + asked, this.#byte(n, BYTE.unavailable))];
      const unknown = this.#tail.unknown.find(([of]) => of === n)?.[1] ?? [];
      decision.refusal = { reason, requested, unavailable, unknown };
    }
    return decision;
  }

  #addSteps(decision: Decision, n: number): void {
    const { stampAt, stampSeq, stampEpoch, stampTime } = this.#columns;
    const steps = this.#byte(n, BYTE.steps);
    let at = stampAt[n]!;
    for (const [bit, step] of STEPS.entries()) {
      if (!(steps & (1 << bit))) continue;
      const stamp: Stamp = { seq: stampSeq[at]!, epoch: stampEpoch[at]!, at: stampTime[at]! };
      at += 1;
      if (step === "confirmRefusal") {
        decision[step] = { ...stamp, reason: CONFIRM_FAILURE.word(this.#byte(n, BYTE.failure))! };
      } else if (step === "release")
        decision[step] = { ...stamp, cause: CAUSE.word(this.#byte(n, BYTE.cause))! };
      else decision[step] = stamp;
    }
  }

  #numbers(n: number, from: number, count: number): Uint32Array {
    const at = this.#columns.numberAt[n]! + from;
    return this.#columns.numbers.subarray(at, at + count);
  }

  #byte(n: number, which: number): number {
    return this.#columns.bytes[n * BYTES + which]!;
  }
}
