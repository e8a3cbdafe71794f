import { Double, Int32, Long } from "bson";
import { MongoFailure } from "../errors.ts";

/** A BSON number in its exact form. Decimal128 is not computed with. */
type BsonNumber = Int32 | Double | Long;

function isBsonNumber(value: unknown): value is BsonNumber {
  return value instanceof Int32 || value instanceof Double || (value as Long | null)?._bsontype === "Long";
}

/**
 * Adds or multiplies two numbers with MongoDB's result types: a double when either is one, else an integer
 * that grows from 32 to 64 bits. Throws TypeMismatch for other operands, BadValue past 64 bits.
 */
export function compute(
  operator: "$inc" | "$mul",
  field: string,
  current: unknown,
  operand: unknown,
): BsonNumber {
  if (!isBsonNumber(operand)) {
    const verb = operator === "$inc" ? "increment" : "multiply";
    throw new MongoFailure(
      14,
      `Cannot ${verb} with non-numeric argument: {${field}: ${JSON.stringify(operand)}}`,
    );
  }
  if (current === undefined) return operator === "$inc" ? operand : zeroLike(operand);
  if (!isBsonNumber(current)) {
    throw new MongoFailure(14, `Cannot apply ${operator} to a value of non-numeric type in field '${field}'`);
  }
  if (current instanceof Double || operand instanceof Double) {
    const [a, b] = [Number(String(current)), Number(String(operand))];
    return new Double(operator === "$inc" ? a + b : a * b);
  }
  const [a, b] = [BigInt(String(current)), BigInt(String(operand))];
  const result = operator === "$inc" ? a + b : a * b;
  if (BigInt.asIntN(64, result) !== result) {
    throw new MongoFailure(
      2,
      `Failed to apply ${operator} operations to current value of field '${field}': overflow`,
    );
  }
  const narrow = current instanceof Int32 && operand instanceof Int32 && BigInt.asIntN(32, result) === result;
  return narrow ? new Int32(Number(result)) : Long.fromBigInt(result);
}

function zeroLike(operand: BsonNumber): BsonNumber {
  if (operand instanceof Double) return new Double(0);
  return operand instanceof Int32 ? new Int32(0) : Long.ZERO;
}
