/** Names of the error codes in use: https://www.mongodb.com/docs/manual/reference/error-codes/ */
const CODE_NAMES: Record<number, string> = {
  1: "InternalError",
  2: "BadValue",
  9: "FailedToParse",
  13: "Unauthorized",
  14: "TypeMismatch",
  15: "Overflow",
  16: "InvalidLength",
  17: "ProtocolError",
  18: "AuthenticationFailed",
  20: "IllegalOperation",
  22: "InvalidBSON",
  26: "NamespaceNotFound",
  27: "IndexNotFound",
  28: "PathNotViable",
  40: "ConflictingUpdateOperators",
  43: "CursorNotFound",
  48: "NamespaceExists",
  52: "DollarPrefixedFieldName",
  56: "EmptyFieldName",
  59: "CommandNotFound",
  66: "ImmutableField",
  67: "CannotCreateIndex",
  72: "InvalidOptions",
  73: "InvalidNamespace",
  85: "IndexOptionsConflict",
  86: "IndexKeySpecsConflict",
  121: "DocumentValidationFailure",
  168: "InvalidPipelineOperator",
  171: "CannotIndexParallelArrays",
  225: "TransactionTooOld",
  238: "NotImplemented",
  261: "TooManyLogicalSessions",
  263: "OperationNotSupportedInTransaction",
  334: "MechanismUnavailable",
  352: "UnsupportedOpQueryCommand",
  10107: "NotWritablePrimary",
  10334: "BSONObjectTooLarge",
  11000: "DuplicateKey",
  13435: "NotPrimaryNoSecondaryOk",
};

/** A failure the client is told of, with MongoDB's code. `extra` is merged into the error reply. */
export class MongoFailure extends Error {
  readonly code: number;
  readonly extra: Record<string, unknown>;

  constructor(code: number, message: string, extra: Record<string, unknown> = {}) {
    super(message);
    this.name = "MongoFailure";
    this.code = code;
    this.extra = extra;
  }
}

/** The published name of a code; unnamed ones are shown as MongoDB shows them, `Location<code>`. */
export function codeName(code: number): string {
  return CODE_NAMES[code] ?? `Location${code}`;
}

/**
 * Turns whatever was thrown into a failure for the client, or null when it is a fault of this server.
 * The query engine throws its own error class for bad operators and operands.
 */
export function asFailure(error: unknown): MongoFailure | null {
  if (error instanceof MongoFailure) return error;
  if (!(error instanceof Error) || error.constructor.name !== "MingoError") return null;
  const { message } = error;
  const topLevel = /^unknown top level operator:? (\S+)/.exec(message)?.[1];
  if (topLevel) return new MongoFailure(2, `unknown top level operator: ${topLevel}`);
  const operator = /^unknown query operator (\S+)/.exec(message)?.[1];
  if (operator) return new MongoFailure(2, `unknown operator: ${operator}`);
  const expression = /^accumulator '(\S+)' is not registered/.exec(message)?.[1];
  if (expression) return new MongoFailure(168, `Unrecognized expression '${expression}'`);
  return new MongoFailure(2, message);
}

/** The body of an error reply. */
export function errorReply(failure: MongoFailure): Record<string, unknown> {
  return {
    ok: 0,
    errmsg: failure.message,
    code: failure.code,
    codeName: codeName(failure.code),
    ...failure.extra,
  };
}
