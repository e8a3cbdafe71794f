import type { FormMap } from "../http/form.ts";
import { list, optional, type Parsed, parseParams, type Schema, string } from "../http/params.ts";
import { type Expandable, expander } from "./expand.ts";
import type { Work } from "./work.ts";

/** What an endpoint answers. A decline is an outcome too: it is kept, unlike what an error undoes. */
export interface Outcome {
  status: number;
  body: object;
}

export const ok = (body: object): Outcome => ({ status: 200, body });

/** A validated request, ready to be executed once. */
export type Prepared = (work: Work) => Outcome;

/** One route; `path` may have one `:id` segment. */
export interface Endpoint {
  method: "GET" | "POST";
  path: string;
  /** Validates only; what it throws is never bound to an idempotency key. */
  prepare(id: string, form: FormMap): Prepared;
}

interface Definition<S extends Schema> {
  method: "GET" | "POST";
  path: string;
  params: S;
  /** What `expand` may name in the answer. */
  returns: Expandable;
  run(work: Work, input: { id: string; params: Parsed<S> }): Outcome;
}

const EXPAND = { expand: optional(list(string)) };

/** Declares an endpoint: its parameters are validated first, then it runs, then `expand` is honoured. */
export function endpoint<S extends Schema>({ method, path, params, returns, run }: Definition<S>): Endpoint {
  return {
    method,
    path,
    prepare(id, form) {
      const parsed = parseParams({ ...params, ...EXPAND }, form);
      const expand = expander(returns, parsed.expand ?? []);
      return (work) => {
        const outcome = run(work, { id, params: parsed });
        return outcome.status === 200 ? ok(expand(work, outcome.body)) : outcome;
      };
    },
  };
}
