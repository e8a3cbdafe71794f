import { notAcceptable, unsupportedMediaType } from "../proxy-error.ts";

/** @see https://docs.redpanda.com/current/develop/http-proxy/ */
export const PLAIN = "application/vnd.kafka.v2+json";
export const BINARY = "application/vnd.kafka.binary.v2+json";

/** Whether the header names a type, among others perhaps; where it may be `any`, also by its absence or `*\/*`. */
function names(header: string | undefined, type: string, { any }: { any: boolean }): boolean {
  const types = (header ?? "").split(/[,; ]+/);
  return types.some((one) => one === type || (any && (one === "" || one === "*/*")));
}

/** @throws ProxyError 406 where the client wants another answer than this one */
export function assertAccepts(header: string | undefined, type: typeof PLAIN | typeof BINARY): void {
  if (!names(header, type, { any: type === PLAIN })) throw notAcceptable();
}

/** @throws ProxyError 415 where the body is of another type */
export function assertSends(header: string | undefined, type: typeof BINARY): void {
  if (!names(header, type, { any: false })) throw unsupportedMediaType();
}
