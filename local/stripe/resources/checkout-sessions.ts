import { oneOf, optional, string } from "../http/params.ts";
import type { Page } from "../storage/object-table.ts";
import { createCheckoutSession } from "./create-checkout-session.ts";
import { type Endpoint, endpoint, ok } from "./endpoint.ts";
import { LIST_PARAMS, pageQuery, renderList } from "./list.ts";
import { renderLine, renderSession } from "./render-session.ts";
import { expireSession, findSession } from "./session-steps.ts";

/** https://docs.stripe.com/api/checkout/sessions */

const SESSION = { kind: "checkout_session", isList: false } as const;
const PATH = "/v1/checkout/sessions";

const retrieve = endpoint({
  method: "GET",
  path: `${PATH}/:id`,
  returns: SESSION,
  params: {},
  run: (work, { id }) => ok(renderSession(work, findSession(work, id))),
});

const expire = endpoint({
  method: "POST",
  path: `${PATH}/:id/expire`,
  returns: SESSION,
  params: {},
  run: (work, { id }) => ok(renderSession(work, expireSession(work, findSession(work, id)))),
});

const all = endpoint({
  method: "GET",
  path: PATH,
  returns: { kind: "checkout_session", isList: true },
  params: {
    ...LIST_PARAMS,
    payment_intent: optional(string),
    status: optional(oneOf("open", "complete", "expired")),
  },
  run(work, { params }) {
    const { sessions } = work.store;
    const query = pageQuery(params, "checkout.session", (id) => sessions.find(id) !== null);
    const page = sessions.page({ ...query, paymentIntent: params.payment_intent, status: params.status });
    return ok(renderList(page, PATH, (session) => renderSession(work, session)));
  },
});

const { created: _created, ...LINE_PARAMS } = LIST_PARAMS;

const lines = endpoint({
  method: "GET",
  path: `${PATH}/:id/line_items`,
  returns: { kind: "other", isList: true },
  params: LINE_PARAMS,
  run(work, { id, params }) {
    const session = findSession(work, id);
    const query = pageQuery({ ...params, created: undefined }, "item", (line) =>
      session.lines.some((candidate) => candidate.id === line),
    );
    const at = (cursor: string | undefined) => session.lines.findIndex((line) => line.id === cursor);
    const end = query.endingBefore ? at(query.endingBefore) : session.lines.length;
    const start = query.endingBefore ? Math.max(0, end - query.limit) : at(query.startingAfter) + 1;
    const items = session.lines.slice(start, Math.min(end, start + query.limit));
    const hasMore = query.endingBefore ? start > 0 : start + items.length < session.lines.length;
    const page: Page<(typeof items)[number]> = { items, hasMore };
    return ok(renderList(page, `${PATH}/${id}/line_items`, (line) => renderLine(session, line)));
  },
});

export const checkoutSessionEndpoints: Endpoint[] = [createCheckoutSession, retrieve, expire, all, lines];
