import { MongoFailure } from "../errors.ts";
import { MAX_MESSAGE_BYTES } from "../limits.ts";
import { type Doc, decode } from "./values.ts";

/** Wire protocol: https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/ */
const HEADER_BYTES = 16;
const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;
const FLAG_CHECKSUM = 1 << 0;
const FLAG_MORE_TO_COME = 1 << 1;
const FLAG_EXHAUST_ALLOWED = 1 << 16;
/** Bits 0 to 15 are required: an unknown one must be refused. */
const REQUIRED_FLAGS = 0xffff;
/** All that a client may still ask by OP_QUERY. */
const LEGACY_HELLO_NAMES = new Set(["hello", "ismaster", "isMaster"]);

/** One request, whatever its opcode. `legacy` asks for an OP_REPLY; `oneWay` for no reply at all. */
export type Request = {
  requestId: number;
  body: Doc;
  legacy: boolean;
  oneWay: boolean;
  exhaustAllowed: boolean;
};

/** Bytes of the message that starts at `head` (4 bytes or more). Throws when no such message can be. */
export function messageLength(head: Buffer): number {
  const length = head.readInt32LE(0);
  if (length >= HEADER_BYTES && length <= MAX_MESSAGE_BYTES) return length;
  throw new MongoFailure(
    length > MAX_MESSAGE_BYTES ? 10334 : 17,
    `message length ${length} is invalid: it must be between ${HEADER_BYTES} and ${MAX_MESSAGE_BYTES} bytes`,
  );
}

/** The request id of a message, for answering one that cannot be read further. 0 when even that is missing. */
export function requestIdOf(message: Buffer): number {
  return message.length >= 8 ? message.readInt32LE(4) : 0;
}

/**
 * Reads one whole message. Throws InvalidBSON, ProtocolError or UnsupportedOpQueryCommand, and RangeError when
 * a part would reach past the end.
 */
export function parseMessage(message: Buffer): Request {
  const opCode = message.readInt32LE(12);
  if (opCode === OP_MSG) return parseOpMsg(message);
  if (opCode === OP_QUERY) return parseOpQuery(message);
  throw new MongoFailure(17, `opcode ${opCode} is not supported: only OP_MSG, and OP_QUERY for hello`);
}

function parseOpMsg(message: Buffer): Request {
  const flags = message.readUInt32LE(HEADER_BYTES);
  if (flags & REQUIRED_FLAGS & ~(FLAG_CHECKSUM | FLAG_MORE_TO_COME)) {
    throw new MongoFailure(17, `OP_MSG has unknown required flag bits: 0x${flags.toString(16)}`);
  }
  // The checksum is optional for either side and TCP has its own: it is skipped, not verified.
  const end = message.length - (flags & FLAG_CHECKSUM ? 4 : 0);
  let body: Doc | undefined;
  const sequences: Doc = {};
  let at = HEADER_BYTES + 4;
  while (at < end) {
    const kind = message.readUInt8(at);
    const size = message.readInt32LE(at + 1);
    const next = at + 1 + size;
    if (size < 5 || next > end) throw new MongoFailure(22, "OP_MSG section has an invalid size");
    if (kind === 0) {
      if (body) throw new MongoFailure(17, "OP_MSG has more than one body section");
      body = decode(message.subarray(at + 1, next));
    } else if (kind === 1) {
      readSequence(message.subarray(at + 5, next), sequences);
    } else {
      throw new MongoFailure(17, `OP_MSG section kind ${kind} is unknown`);
    }
    at = next;
  }
  if (!body) throw new MongoFailure(17, "OP_MSG has no body section");
  return {
    requestId: message.readInt32LE(4),
    body: Object.assign(body, sequences),
    legacy: false,
    oneWay: (flags & FLAG_MORE_TO_COME) !== 0,
    exhaustAllowed: (flags & FLAG_EXHAUST_ALLOWED) !== 0,
  };
}

/** A document sequence: an identifier, then documents end to end. It becomes an array field of the body. */
function readSequence(section: Buffer, into: Doc): void {
  const nameEnd = section.indexOf(0);
  if (nameEnd < 0) throw new MongoFailure(22, "OP_MSG document sequence has no identifier");
  const name = section.toString("utf8", 0, nameEnd);
  if (name === "__proto__" || Object.hasOwn(into, name)) {
    throw new MongoFailure(17, `OP_MSG document sequence '${name}' is not allowed here`);
  }
  const docs: Doc[] = [];
  let at = nameEnd + 1;
  while (at < section.length) {
    const size = section.readInt32LE(at);
    if (size < 5 || at + size > section.length) throw new MongoFailure(22, "document has an invalid size");
    docs.push(decode(section.subarray(at, at + size)));
    at += size;
  }
  into[name] = docs;
}

function parseOpQuery(message: Buffer): Request {
  const nameStart = HEADER_BYTES + 4;
  const nameEnd = message.indexOf(0, nameStart);
  if (nameEnd < 0) throw new MongoFailure(22, "OP_QUERY has no collection name");
  const namespace = message.toString("utf8", nameStart, nameEnd);
  const queryAt = nameEnd + 1 + 8;
  const size = message.readInt32LE(queryAt);
  if (size < 5 || queryAt + size > message.length) throw new MongoFailure(22, "OP_QUERY has an invalid size");
  const body = decode(message.subarray(queryAt, queryAt + size));
  const command = Object.keys(body)[0] ?? "";
  if (!namespace.endsWith(".$cmd") || !LEGACY_HELLO_NAMES.has(command)) {
    throw new MongoFailure(352, `Unsupported OP_QUERY command: ${command}. Use OP_MSG`);
  }
  body.$db = namespace.slice(0, -".$cmd".length);
  return { requestId: message.readInt32LE(4), body, legacy: true, oneWay: false, exhaustAllowed: false };
}

/** True when a failed message asks for an OP_REPLY. */
export function isLegacy(message: Buffer): boolean {
  return message.length >= HEADER_BYTES && message.readInt32LE(12) === OP_QUERY;
}

/** Frames an encoded reply document. `moreToCome` announces another reply without another request. */
export function frameReply(
  reply: Uint8Array,
  ids: { requestId: number; responseTo: number },
  form: { legacy: boolean; moreToCome: boolean },
): Buffer {
  const prefix = form.legacy ? 20 : 5;
  const length = HEADER_BYTES + prefix + reply.length;
  const message = Buffer.alloc(length - reply.length, 0, "binary");
  message.writeInt32LE(length, 0);
  message.writeInt32LE(ids.requestId, 4);
  message.writeInt32LE(ids.responseTo, 8);
  message.writeInt32LE(form.legacy ? OP_REPLY : OP_MSG, 12);
  if (form.legacy) message.writeInt32LE(1, HEADER_BYTES + 16);
  else message.writeUInt32LE(form.moreToCome ? FLAG_MORE_TO_COME : 0, HEADER_BYTES);
  return Buffer.concat([message, reply]);
}
