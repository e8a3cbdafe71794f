import { invalidRequest } from "./errors.ts";

/**
 * application/x-www-form-urlencoded with nested brackets, as Stripe's API and SDKs write it:
 * `metadata[a]=1`, `expand[]=x`, `expand[0]=x`, `payment_method_data[card][token]=tok_visa`.
 */
export type FormNode = string | FormMap;
export type FormMap = Map<string, FormNode>;

/** Far more than any call here needs; bounds the work of one body. */
const MAX_PAIRS = 1_000;
const MAX_DEPTH = 6;

const NAME = /^([^[\]]+)((?:\[[^[\]]*\])*)$/;

/**
 * Reads a body or a query into a tree; lists are maps with the keys 0, 1, ...
 * @throws ApiError 400 for bad percent-encoding, bad brackets, a name used as value and as hash, or too much.
 */
export function decodeForm(text: string, into: FormMap = new Map()): FormMap {
  if (text === "") return into;
  const pairs = text.split("&");
  if (pairs.length > MAX_PAIRS)
    throw invalidRequest(`Invalid request: more than ${MAX_PAIRS} parameters were sent.`);
  for (const pair of pairs) {
    if (pair === "") continue;
    const equals = pair.indexOf("=");
    const name = percentDecode(equals < 0 ? pair : pair.slice(0, equals));
    assign(into, pathOf(name), equals < 0 ? "" : percentDecode(pair.slice(equals + 1)), name);
  }
  return into;
}

function percentDecode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    throw invalidRequest("Invalid request: the parameters are not valid percent-encoded UTF-8.");
  }
}

function pathOf(name: string): string[] {
  const match = NAME.exec(name);
  if (!match?.[1]) throw invalidRequest(`Invalid request: '${name.slice(0, 100)}' is not a parameter name.`);
  const path = [match[1], ...[...(match[2] ?? "").matchAll(/\[([^[\]]*)\]/g)].map((part) => part[1] ?? "")];
  if (path.length > MAX_DEPTH)
    throw invalidRequest(`Invalid request: '${name.slice(0, 100)}' is nested too deep.`);
  return path;
}

function assign(root: FormMap, path: string[], value: string, name: string): void {
  let node = root;
  path.forEach((part, depth) => {
    const key = part === "" ? String(node.size) : part;
    const existing = node.get(key);
    if (depth === path.length - 1) {
      if (existing instanceof Map) throw clash(name);
      node.set(key, value);
    } else if (typeof existing === "string") {
      throw clash(name);
    } else {
      const child: FormMap = existing ?? new Map();
      node.set(key, child);
      node = child;
    }
  });
}

const clash = (name: string) =>
  invalidRequest(`Invalid request: '${name}' is sent both as a value and as a hash.`);

/** One text for one set of parameters, whatever their order; what an idempotency key is bound to. */
export function canonicalForm(node: FormNode): string {
  if (typeof node === "string") return JSON.stringify(node);
  const entries = [...node].sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, child]) => `${JSON.stringify(key)}:${canonicalForm(child)}`).join(",")}}`;
}
