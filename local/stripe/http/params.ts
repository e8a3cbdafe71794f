import { isEmail } from "../core/email.ts";
import { isCurrency } from "../core/money.ts";
import { ApiError, invalidRequest } from "./errors.ts";
import type { FormMap, FormNode } from "./form.ts";

/** Parameters of an endpoint, declared once: decoding, validation with Stripe's codes, and the TypeScript type. */

type Decode<T> = (node: FormNode, name: string) => T;
interface Field<T, R extends boolean> {
  decode: Decode<T>;
  required: R;
}
export type Schema = Readonly<Record<string, Field<unknown, boolean>>>;
type FieldValue<F> = F extends Field<infer T, infer R> ? (R extends true ? T : T | undefined) : never;
export type Parsed<S extends Schema> = { [K in keyof S]: FieldValue<S[K]> };

export const required = <T>(decode: Decode<T>): Field<T, true> => ({ decode, required: true });
export const optional = <T>(decode: Decode<T>): Field<T, false> => ({ decode, required: false });

/** A parameter that this API version no longer takes. */
export const removed = (code: string, message: string): Field<never, false> =>
  optional((_node, name) => {
    throw invalidRequest(message, { code, param: name });
  });

/** Long enough for every text of this API; Stripe's own limit for free text. */
const MAX_TEXT = 5_000;
const MAX_LIST = 100;

const nested = (prefix: string, key: string) => (prefix === "" ? key : `${prefix}[${key}]`);

/**
 * Decodes `form`; what was not sent is undefined.
 * @throws ApiError 400 with code parameter_unknown, parameter_missing, parameter_invalid_empty, ...
 */
export function parseParams<S extends Schema>(schema: S, form: FormMap, prefix = ""): Parsed<S> {
  const unknown = [...form.keys()]
    .filter((key) => !Object.hasOwn(schema, key))
    .map((key) => nested(prefix, key));
  if (unknown.length > 0) {
    const noun = unknown.length === 1 ? "parameter" : "parameters";
    const message = `Received unknown ${noun}: ${unknown.join(", ")}`;
    throw invalidRequest(message, { code: "parameter_unknown", param: unknown[0] as string });
  }
  const result: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(schema)) {
    const name = nested(prefix, key);
    const node = form.get(key);
    if (node !== undefined) result[key] = field.decode(node, name);
    else if (field.required) {
      throw invalidRequest(`Missing required param: ${name}.`, { code: "parameter_missing", param: name });
    }
  }
  return result as Parsed<S>;
}

const text = (node: FormNode, name: string): string => {
  if (typeof node !== "string") throw invalidRequest("Invalid string", { param: name });
  return node;
};

const filled = (node: FormNode, name: string): string => {
  const value = text(node, name);
  if (value !== "") return value;
  throw invalidRequest(
    `You passed an empty string for '${name}'. We assume empty values are an attempt to unset a parameter; ` +
      `however '${name}' cannot be unset. You should remove '${name}' from your request or supply a non-empty value.`,
    { code: "parameter_invalid_empty", param: name },
  );
};

const short = (value: string, name: string, max: number): string => {
  if (value.length <= max) return value;
  const message = `Invalid string: ${value.slice(0, 10)}...; must be at most ${max} characters`;
  throw invalidRequest(message, { param: name });
};

export const string: Decode<string> = (node, name) => short(filled(node, name), name, MAX_TEXT);

/** A text that the empty string unsets (null). */
export const unsettable =
  (max = MAX_TEXT): Decode<string | null> =>
  (node, name) =>
    short(text(node, name), name, max) || null;

export const integer =
  (range: { min: number; max: number; tooLarge?: string }): Decode<number> =>
  (node, name) => {
    const value = filled(node, name);
    const bad = (message: string, code = "parameter_invalid_integer") =>
      invalidRequest(message, { code, param: name });
    if (!/^-?\d{1,15}$/.test(value)) throw bad(`Invalid integer: ${value.slice(0, 40)}`);
    const number = Number(value);
    if (number < range.min) throw bad(`This value must be greater than or equal to ${range.min}.`);
    if (number > range.max)
      throw bad(`This value must be less than or equal to ${range.max}.`, range.tooLarge);
    return number;
  };

export const boolean: Decode<boolean> = (node, name) => {
  const value = filled(node, name);
  if (value === "true" || value === "1") return true;
  if (value === "false" || value === "0") return false;
  throw invalidRequest(`Invalid boolean: ${value.slice(0, 40)}`, { param: name });
};

export const oneOf =
  <T extends string>(...values: readonly T[]): Decode<T> =>
  (node, name) => {
    const value = filled(node, name);
    const found = values.find((candidate) => candidate === value);
    if (found) return found;
    throw invalidRequest(`Invalid ${name}: must be one of ${values.join(", ")}`, { param: name });
  };

export const currency: Decode<string> = (node, name) => {
  const value = filled(node, name);
  if (isCurrency(value)) return value;
  throw invalidRequest(
    `Invalid currency: ${value.slice(0, 10)}. It must be a three-letter lower-case ISO code that Stripe supports.`,
    { param: name },
  );
};

/** An address to send the customer's browser back to. */
export const url: Decode<string> = (node, name) => {
  const value = string(node, name);
  if (URL.canParse(value) && !/^(javascript|data):/i.test(value)) return value;
  throw invalidRequest("Not a valid URL", { code: "url_invalid", param: name });
};

/** Looks like an address; whether anybody reads it is not known. */
export const email: Decode<string> = (node, name) => {
  const value = string(node, name);
  if (value.length <= 800 && isEmail(value)) return value;
  throw invalidRequest(`Invalid email address: ${value.slice(0, 100)}`, {
    code: "email_invalid",
    param: name,
  });
};

export const list =
  <T>(item: Decode<T>): Decode<T[]> =>
  (node, name) => {
    if (typeof node === "string" || [...node.keys()].some((key) => !/^\d{1,4}$/.test(key))) {
      throw invalidRequest("Invalid array", { param: name });
    }
    if (node.size > MAX_LIST)
      throw invalidRequest(`Invalid array: at most ${MAX_LIST} items`, { param: name });
    return [...node]
      .sort(([a], [b]) => Number(a) - Number(b))
      .map(([key, child]) => item(child, nested(name, key)));
  };

export const hash =
  <S extends Schema>(schema: S): Decode<Parsed<S>> =>
  (node, name) => {
    if (typeof node === "string") throw invalidRequest("Invalid object", { param: name });
    return parseParams(schema, node, name);
  };

/** Either form of a value, told apart by whether brackets were used. */
export const valueOrHash =
  <T, U>(value: Decode<T>, map: Decode<U>): Decode<T | U> =>
  (node, name) =>
    typeof node === "string" ? value(node, name) : map(node, name);

/** https://docs.stripe.com/api/metadata: 50 keys of 40 characters, values of 500; null clears everything. */
export const metadata: Decode<Record<string, string> | null> = (node, name) => {
  if (node === "") return null;
  if (typeof node === "string") throw invalidRequest("Invalid object", { param: name });
  if (node.size > 50) throw invalidRequest("Metadata may have at most 50 keys.", { param: name });
  return Object.fromEntries(
    [...node].map(([key, value]) => {
      if (key.length > 40) {
        throw new ApiError(400, {
          type: "invalid_request_error",
          message: `Metadata keys can be at most 40 characters; '${key.slice(0, 40)}...' has ${key.length}.`,
          param: name,
        });
      }
      return [key, short(text(value, nested(name, key)), nested(name, key), 500)];
    }),
  );
};

/** Merges as Stripe does: a key with an empty value goes, null clears, undefined leaves all. */
export function mergeMetadata(
  current: Record<string, string>,
  change: Record<string, string> | null | undefined,
): Record<string, string> {
  if (change === undefined) return current;
  if (change === null) return {};
  return Object.fromEntries(Object.entries({ ...current, ...change }).filter(([, value]) => value !== ""));
}
