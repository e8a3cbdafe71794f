import { invalidRequest } from "../http/errors.ts";
import { renderPaymentMethod } from "./render-card.ts";
import { renderCharge } from "./render-charge.ts";
import { renderIntent } from "./render-intent.ts";
import { renderFirstLines } from "./render-session.ts";
import type { Work } from "./work.ts";

/** https://docs.stripe.com/api/expanding_objects: at most four levels. */
const MAX_LEVELS = 4;

type Kind =
  | "payment_intent"
  | "charge"
  | "refund"
  | "payment_method"
  | "checkout_session"
  | "dispute"
  | "line_items"
  | "other";
/** The kind that an endpoint returns, or a list of it. */
export interface Expandable {
  kind: Kind;
  isList: boolean;
}

const FIELDS: Record<Kind, Readonly<Record<string, Kind>>> = {
  payment_intent: { latest_charge: "charge", payment_method: "payment_method" },
  charge: { payment_intent: "payment_intent" },
  refund: { payment_intent: "payment_intent", charge: "charge", payment_method: "payment_method" },
  payment_method: {},
  checkout_session: { payment_intent: "payment_intent", line_items: "line_items" },
  dispute: { payment_intent: "payment_intent", charge: "charge" },
  line_items: {},
  other: {},
};

/** The object of that kind and id; for line items the id is their session's. */
function load(work: Work, kind: Kind, id: string): object | null {
  if (kind === "line_items") {
    const session = work.store.sessions.find(id);
    return session && renderFirstLines(session);
  }
  if (kind === "charge") {
    const charge = work.store.charges.find(id);
    return charge && renderCharge(charge);
  }
  if (kind === "payment_intent") {
    const intent = work.store.intents.find(id);
    return intent && renderIntent(intent, work.baseUrl);
  }
  const method = work.store.methods.find(id);
  return method && renderPaymentMethod(method);
}

/**
 * Checks `paths` against what may be expanded, and gives the function that puts the objects in place of ids.
 * @throws ApiError 400 for a property that cannot be expanded.
 */
export function expander(returns: Expandable, paths: string[]): (work: Work, body: object) => object {
  const plans = paths.map((path) => {
    const steps = path.split(".");
    if (steps.length > MAX_LEVELS) {
      throw invalidRequest(
        `You cannot expand more than ${MAX_LEVELS} levels of a property. Property: ${path}`,
        {
          param: "expand",
        },
      );
    }
    if (returns.isList && steps.shift() !== "data") throw notExpandable(path);
    let kind = returns.kind;
    return steps.map((field) => {
      const next: Kind | undefined = Object.hasOwn(FIELDS[kind], field) ? FIELDS[kind][field] : undefined;
      if (!next) throw notExpandable(path);
      kind = next;
      return { field, kind };
    });
  });
  return (work, body) => {
    const roots = returns.isList ? (body as { data: object[] }).data : [body];
    for (const plan of plans) {
      for (const root of roots) {
        let node = root as Record<string, unknown>;
        for (const { field, kind } of plan) {
          const value = node[field];
          // Line items are no id that is replaced, but a list that is left out unless it is asked for.
          const id = kind === "line_items" ? node.id : value;
          const replaced = typeof id === "string" ? load(work, kind, id) : value;
          if (replaced === null || typeof replaced !== "object") break;
          node[field] = replaced;
          node = replaced as Record<string, unknown>;
        }
      }
    }
    return body;
  };
}

const notExpandable = (path: string) =>
  invalidRequest(`This property cannot be expanded (${path}).`, { param: "expand" });
