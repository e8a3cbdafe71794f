import { serialize } from "bson";
import { type Doc, isPlain } from "./values.ts";

/** An already encoded document, to be copied into a reply byte for byte: exact types, no second encoding. */
export class RawDocument {
  readonly bytes: Uint8Array;
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
}

const TYPE_DOCUMENT = 3;
const TYPE_ARRAY = 4;

/** Encodes a reply whose values may be RawDocuments, arrays of them, or plain objects holding either. */
export function encodeReply(reply: Doc): Uint8Array {
  if (!Object.values(reply).some(holdsRaw)) return serialize(reply);
  const parts: Uint8Array[] = [];
  for (const [key, value] of Object.entries(reply)) {
    if (value instanceof RawDocument) parts.push(elementHead(TYPE_DOCUMENT, key), value.bytes);
    else if (isRawArray(value)) parts.push(elementHead(TYPE_ARRAY, key), encodeRawArray(value));
    else if (isPlain(value)) parts.push(elementHead(TYPE_DOCUMENT, key), encodeReply(value));
    else if (value !== undefined) parts.push(serialize({ [key]: value }).subarray(4, -1));
  }
  return wrap(parts);
}

const holdsRaw = (value: unknown): boolean =>
  value instanceof RawDocument ||
  isRawArray(value) ||
  (isPlain(value) && Object.values(value).some(holdsRaw));

function isRawArray(value: unknown): value is RawDocument[] {
  return Array.isArray(value) && value[0] instanceof RawDocument;
}

function encodeRawArray(documents: RawDocument[]): Buffer {
  const parts: Uint8Array[] = [];
  documents.forEach((document, index) => {
    parts.push(elementHead(TYPE_DOCUMENT, String(index)), document.bytes);
  });
  return wrap(parts);
}

function elementHead(type: number, key: string): Buffer {
  return Buffer.concat([Buffer.of(type), Buffer.from(key, "utf8"), Buffer.of(0)]);
}

function wrap(parts: Uint8Array[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 5);
  const size = Buffer.alloc(4);
  size.writeInt32LE(length, 0);
  return Buffer.concat([size, ...parts, Buffer.of(0)], length);
}
