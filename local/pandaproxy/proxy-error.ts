/**
 * A refusal, answered as `{error_code, message}`. A code is an HTTP status, or one with two more digits.
 * @see https://github.com/redpanda-data/redpanda/blob/dev/src/v/pandaproxy/error.h
 */
export class ProxyError extends Error {
  override name = "ProxyError";
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }

  get status(): number {
    return this.code < 600 ? this.code : Math.floor(this.code / 100);
  }
}

export const badRequest = (message: string) => new ProxyError(40002, message);
export const unauthorized = () => new ProxyError(40101, "Unauthorized");
export const unknownPartition = () => new ProxyError(40402, "unknown_topic_or_partition");
export const outOfRange = () => new ProxyError(40002, "offset_out_of_range");
export const notAcceptable = () => new ProxyError(406, "HTTP 406 Not Acceptable");
export const unsupportedMediaType = () => new ProxyError(415, "HTTP 415 Unsupported Media Type");
export const unprocessable = (message: string) => new ProxyError(422, message);
