export const FORMAT = 1;
export const HEADER_BYTES = 16;

/** In the order in which they are packed; a bit each, from the lowest. Append only. */
export const STEPS = ["lock", "extension", "reserve", "confirmRefusal", "release"] as const;

/** Bytes of each decision: its words and its counts. Append only, and then another format. */
export const BYTE = {
  ...{ kind: 0, status: 1, steps: 2, refusal: 3, failure: 4, cause: 5 },
  ...{ id: 6, places: 7, requested: 8, unavailable: 9 },
};
export const BYTES = 10;

/** What does not fit into columns: ids and user ids in one text, and the ids that a refusal did not know. */
export interface Tail {
  text: string;
  unknown: [n: number, ids: string[]][];
}

/** Flat arrays over one buffer, as `PackedDecisions` describes them. */
export interface Columns {
  expiresAt: Float64Array;
  stampTime: Float64Array;
  hash: Uint32Array;
  textAt: Uint32Array;
  numberAt: Uint32Array;
  stampAt: Uint32Array;
  numbers: Uint32Array;
  stampSeq: Uint32Array;
  stampEpoch: Uint32Array;
  bytes: Uint8Array;
}

/** Bytes of the header and all columns. */
export const fixedBytes = (decisions: number, stamps: number, numbers: number): number =>
  HEADER_BYTES +
  8 * (decisions + stamps) +
  4 * (decisions + 3 * (decisions + 1) + numbers + 2 * stamps) +
  BYTES * decisions;

/** The columns of a buffer that begins with its header. */
export function columnsOver(buffer: ArrayBuffer): Columns {
  const [, decisions, stamps, numbers] = new Uint32Array(buffer, 0, 4) as unknown as [
    number,
    number,
    number,
    number,
  ];
  let at = HEADER_BYTES;
  const f64 = (length: number) => {
    at += 8 * length;
    return new Float64Array(buffer, at - 8 * length, length);
  };
  const u32 = (length: number) => {
    at += 4 * length;
    return new Uint32Array(buffer, at - 4 * length, length);
  };
  return {
    expiresAt: f64(decisions),
    stampTime: f64(stamps),
    hash: u32(decisions),
    textAt: u32(decisions + 1),
    numberAt: u32(decisions + 1),
    stampAt: u32(decisions + 1),
    numbers: u32(numbers),
    stampSeq: u32(stamps),
    stampEpoch: u32(stamps),
    bytes: new Uint8Array(buffer, at, BYTES * decisions),
  };
}
