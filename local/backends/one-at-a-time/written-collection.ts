/** Where things stand in an OP_MSG: header, flags, and the kind of its first section. */
const OPCODE_AT = 12;
const FLAGS_AT = 16;
const KIND_AT = 20;
/** The body's length is here; its first element after it. */
const BODY_AT = 21;
const FIRST_ELEMENT_AT = BODY_AT + 4;

const OP_MSG = 2013;
const MORE_TO_COME = 1 << 1;
const BODY_KIND = 0;
const STRING = 0x02;

const WRITES = new Set(["insert", "update", "delete", "findAndModify", "findandmodify"]);

/**
 * The collection that a message's command writes to and answers for: null for every other message.
 * @see https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/#op_msg
 */
export function writtenCollection(frame: Buffer): string | null {
  if (frame.length <= FIRST_ELEMENT_AT || frame.readInt32LE(OPCODE_AT) !== OP_MSG) return null;
  if ((frame.readUInt32LE(FLAGS_AT) & MORE_TO_COME) !== 0 || frame[KIND_AT] !== BODY_KIND) return null;
  // A command's first element is its name, and the value of that the collection.
  if (frame[FIRST_ELEMENT_AT] !== STRING) return null;
  const nameAt = FIRST_ELEMENT_AT + 1;
  const nameEnd = frame.indexOf(0, nameAt);
  const textAt = nameEnd + 5;
  if (nameEnd < 0 || textAt > frame.length || !WRITES.has(frame.toString("utf8", nameAt, nameEnd)))
    return null;
  // Its length counts the zero at its end.
  const length = frame.readInt32LE(nameEnd + 1) - 1;
  return frame.toString("utf8", textAt, textAt + length);
}
